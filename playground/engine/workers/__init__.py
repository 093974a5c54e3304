"""Where models live: workers that carry out orders and answer in plain data. Knows no job, no owner, no queue."""
