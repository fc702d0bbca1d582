"""What the product page says about plans: the roadmap's three, with their limits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    name: str
    dollars: int  # a month
    for_whom: str
    holds: tuple[str, ...]
    call: str
    is_recommended: bool = False


PLANS = (
    Plan(
        "Free",
        0,
        "Try it with a real class.",
        ("5 courses", "2 hours of video", "Your own subdomain", "Access codes and progress"),
        "Start free",
    ),
    Plan(
        "Premium",
        29,
        "For teachers who make a living of it.",
        ("Unlimited courses", "Your own domain", "Analytics", "Everything in Free"),
        "Start with Premium",
        is_recommended=True,
    ),
    Plan(
        "Enterprise",
        99,
        "For academies and institutions.",
        ("White-label: your name alone", "Advanced analytics", "Priority support", "Everything in Premium"),
        "Start with Enterprise",
    ),
)
