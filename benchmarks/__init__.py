"""Side-by-side measurements, run by hand: ratios in one run on one machine, never asserts in tests."""
