"""What the e-mails say, in both languages (N1). Nothing clinical; subjects name neither a person nor a plan."""
