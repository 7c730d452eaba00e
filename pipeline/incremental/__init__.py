"""What one build leaves for the next, and how the next goes on from it; imported before anything else is."""
