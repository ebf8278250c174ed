"""A campaign opened in this process, with all that may be asked of it."""

import views
from pipelines import intake


def opened(home):
    """The store of a home with the views' macros, made where there is none; whoever asks closes it."""
    store = intake.open_store(home)
    views.install(store.con)
    return store
