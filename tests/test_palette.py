"""The colours can be read by everybody: contrast of words, and lights told apart without colour vision."""

from itertools import combinations

import numpy as np
import pytest

from schemas.plan import PLAN
from views.charts import palette
from views.charts.risk import PAINTS

THEMES = {"light": palette.LIGHT, "dark": palette.DARK}
READABLE, APART = 4.5, 12
# Machado, Oliveira, Fernandes 2009, severity 1
VISION = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ @ np.ones(3)


def linear(colour):
    value = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    high, low = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(colour, vision):
    seen = np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1)
    x, y, z = np.cbrt(TO_XYZ @ seen / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("name", THEMES)
def test_every_light_has_a_colour(name):
    assert set(THEMES[name].lights) == set(PLAN.lights)


@pytest.mark.parametrize("name", THEMES)
def test_words_on_colours_are_readable(name):
    theme = THEMES[name]
    for paint in (*theme.lights.values(), *theme.risks.values()):
        assert contrast(paint.fill, paint.ink) >= READABLE, paint
    for words in (theme.text, theme.faint, theme.accent, *theme.slips.values()):
        assert contrast(words, theme.ground) >= READABLE, words


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", THEMES)
def test_lights_are_told_apart_by_everybody(name, vision):
    fills = {paint.fill for paint in THEMES[name].lights.values()}  # the two yellows differ by their words
    assert min(np.linalg.norm(lab(a, vision) - lab(b, vision)) for a, b in combinations(fills, 2)) >= APART


def test_no_chart_asks_for_a_locale_file():
    assert palette.CONFIG["locale"] in palette.CONFIG["locales"]
    assert not palette.CONFIG["displayModeBar"]


def grey(colour):
    return 116 * np.cbrt(linear(colour) @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("name", THEMES)
def test_in_a_black_and_white_copy_the_glyph_tells_what_the_shade_does_not(name):
    lights = THEMES[name].lights
    alike = [
        (a, b) for a, b in combinations(lights, 2) if abs(grey(lights[a].fill) - grey(lights[b].fill)) < APART
    ]
    said = {code: (PLAN.lights[code].glyph, PLAN.lights[code].title) for code in lights}
    assert alike
    assert all(said[a][0] != said[b][0] or said[a][1] != said[b][1] for a, b in alike)


@pytest.mark.parametrize("vision", [*VISION, "grey"])
@pytest.mark.parametrize("name", THEMES)
def test_risk_levels_are_told_apart_by_everybody_and_in_copies(name, vision):
    def far(a, b):
        return abs(grey(a) - grey(b)) if vision == "grey" else np.linalg.norm(lab(a, vision) - lab(b, vision))

    fills = [THEMES[name].risks[level].fill for level in PAINTS.values()]
    assert min(far(a, b) for a, b in combinations(fills, 2)) >= APART


@pytest.mark.parametrize("name", THEMES)
def test_words_on_the_map_are_readable_on_every_step(name):
    for fill in THEMES[name].density:
        assert contrast(fill, palette.ink_on(fill)) >= READABLE, fill
