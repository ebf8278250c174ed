"""The colours can be read by everybody: contrast of words, and lights told apart without colour vision."""

from itertools import combinations

import numpy as np
import pytest

from schemas.plan import PLAN
from views import palette

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
    for words in (theme.text, theme.faint, theme.accent):
        assert contrast(words, theme.ground) >= READABLE, words


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", THEMES)
def test_lights_are_told_apart_by_everybody(name, vision):
    fills = {paint.fill for paint in THEMES[name].lights.values()}  # the two yellows differ by their words
    assert min(np.linalg.norm(lab(a, vision) - lab(b, vision)) for a, b in combinations(fills, 2)) >= APART


def test_no_chart_asks_for_a_locale_file():
    assert palette.CONFIG["locale"] in palette.CONFIG["locales"]
    assert not palette.CONFIG["displayModeBar"]
