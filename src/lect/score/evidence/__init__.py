"""Is one system better than another, by how much, and how sure: runs gathered, resampled, compared, claimed, ranked."""
