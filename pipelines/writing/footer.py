"""What stands at the foot of each printed page: the plan's marking (密级), and which page it is."""

from xml.sax.saxutils import escape

from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.worksheet import Worksheet

from schemas.plan import PLAN

WORDS = f"{PLAN.campaign.marking.replace('&', '&&')}　第 &P 页，共 &N 页"
PART = f"<headerFooter><oddFooter>{escape(f'&C{WORDS}')}</oddFooter></headerFooter>"  # of a sheet's XML


def put(sheet: Worksheet) -> None:
    """Set the foot of a sheet."""
    sheet.HeaderFooter = HeaderFooter(oddFooter=HeaderFooterItem(center=_HeaderFooterPart(WORDS)))
