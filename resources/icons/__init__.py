"""Line drawings for buttons, states and results; colours are filled in by the theme."""
