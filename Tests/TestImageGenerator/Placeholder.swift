// TestImageGenerator
