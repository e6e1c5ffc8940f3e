"""List prices in US dollars: us-east-1, on demand, as believed of November 2025. Change them here."""

OF = "us-east-1, on demand, list prices as believed of November 2025"

PER_MILLION = {
    "API Gateway, REST requests": 3.50,
    "Lambda, requests": 0.20,
    "DynamoDB, read units": 0.125,
    "DynamoDB, write units": 0.625,
    "EventBridge, events": 1.00,
    "SQS, requests": 0.40,
    "KMS, requests": 3.00,
    "SES, e-mails": 100.00,
    "CloudTrail, data events": 1.00,
    "Firewall, requests": 0.60,
}
LAMBDA_GB_SECOND = 0.0000133334
"""On arm64."""
LOGS_GB = 0.50
"""Taken in by CloudWatch."""
