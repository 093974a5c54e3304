"""Pictures and clips as files that carry their own settings. Knows nothing of models, jobs or pages."""
