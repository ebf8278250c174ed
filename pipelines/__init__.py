"""The write side: journeys made of steps. Nothing here knows a screen or a view."""
