"""What understanding made of a message, and what people said instead."""

from typing import Annotated, Literal

from ninja import Field, Schema

from allears.web.api.shapes.basics import Moment, Named, Text, Wanted

UrgencyName = Literal["critical", "high", "normal", "low"]
AdviceName = Literal["step_in", "watch", "leave"]
QuestionName = Literal["sentiment", "intent", "urgency", "asks", "advice"]
Chance = Annotated[float, Field(ge=0, le=1, examples=[0.8])]


class SentimentChances(Schema):
    """How likely each mood is, by the models alone; calibrated, so that of 0.8 four in five are right."""

    negative: Chance
    neutral: Chance
    positive: Chance


class PersonalPiece(Schema):
    """A piece of personal data in the text; order numbers are told apart and never masked."""

    kind: Literal["email", "phone", "card", "iban", "passport", "order"]
    start: int = Field(description="Where it begins in the text as it was written, counted in characters.")
    end: int
    value: str | None = Field(description="null for whoever may not see it.")


class AdviceReason(Schema):
    """Why the advice is as it is; `learned:` and a question says that it follows what people corrected before."""

    code: str = Field(examples=["complaint"])
    speaks_for: Literal["", "step_in", "watch", "leave"]
    chance: Chance


class StandingCorrection(Schema):
    """What a person said against a reading, or to agree with an advice: `before` is `after` then."""

    question: QuestionName
    before: str = Field(examples=["neutral"])
    after: str = Field(examples=["negative"])
    by: Named | None = Field(description="Who said so; null once they are gone.")
    at: Moment


class MessageReading(Schema):
    """How one message was read, on this machine. What a person said stands in the models' place."""

    version: str = Field(description="The models that read it.", examples=["2026-11-23"])
    language: str = Field(description='ISO 639; "" when it can\'t be told.', examples=["en"])
    language_chance: Chance | None
    sentiment: Literal["negative", "neutral", "positive", "unsure"]
    sentiment_chances: SentimentChances | None
    intent: Literal["question", "complaint", "request", "praise", "chatter", "spam", "unsure"]
    intent_chance: Chance | None = Field(
        description="How sure the models were of this intent; null where not told."
    )
    urgency: UrgencyName
    urgency_chance: Chance | None = Field(description="How sure the models were of the urgency they read.")
    asks_for_an_answer: bool
    asks_chance: Chance | None = Field(description="How likely it asks for an answer.")
    is_praise: bool = Field(description="Praise that asks nothing, with no complaint hidden in it.")
    is_sensitive: bool = Field(description="Grief, health, politics and the like.")
    advice: AdviceName = Field(description="Whether to step in, where it was said in public.")
    reasons: list[AdviceReason]
    personal: list[PersonalPiece]
    near_copies: int | None = Field(description="The group of near-copies it belongs to: a `copies` filter.")
    is_campaign: bool = Field(description="Copied text, spread mostly by people who are new here.")
    corrections: list[StandingCorrection] = Field(description="What people said and did not take back.")


class CorrectionWanted(Wanted):
    """One question, answered by a person."""

    question: QuestionName
    answer: Text = Field(
        max_length=12,
        description="sentiment: negative, neutral, positive. intent: question, complaint, request, praise, chatter, "
        "spam. urgency: critical, high, normal, low. asks: yes, no. advice: step_in, watch, leave.",
        examples=["negative"],
    )
