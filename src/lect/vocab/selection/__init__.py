"""Which tokens a trimmed vocabulary keeps."""
