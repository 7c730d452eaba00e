"""What one can ask of a site without publishing it: why an asset is as it is, what nothing reaches, what is missing."""
