"""The sounds of alarms, one for each priority; made by ``make.py`` beside them."""
