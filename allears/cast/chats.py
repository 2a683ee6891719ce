"""What was written in the app, in private, and on the town square, in public."""

from allears.cast.people import ANH, DANIEL, HA, KATYA, LINH, MAYA, NAM, OLEG, PAVEL, SAM, TOM
from allears.cast.steps import DAY, HOUR, Answers, NeedsNoReply, Raises, Says, Story
from allears.pipeline.conversations.models import Priority

APP = (
    Story(
        "wheelchair",
        HA,
        "app",
        (
            Says(
                14,
                "Cho mình hỏi chuyến 17:20 hôm nay có dốc cho xe lăn không ạ? Mẹ mình ngồi xe lăn, "
                "lần trước phải nhờ hai anh khiêng lên.",
            ),
        ),
    ),
    Story(
        "pay-screen",
        NAM,
        "app",
        (
            Says(
                6, "App cứ quay mãi ở màn hình thanh toán, mình bấm ba lần rồi. Có bị trừ tiền ba lần không?"
            ),
        ),
    ),
    Story(
        "bicycle",
        OLEG,
        "app",
        (
            Says(7 * HOUR, "Можно ли с велосипедом на последний рейс и нужно ли за него платить?"),
            Answers(
                7 * HOUR - 12,
                PAVEL,
                "Можно, Олег. Велосипед едет бесплатно, на последнем рейсе для них шесть мест, занимать не надо.",
                "solve",
            ),
            Says(6 * HOUR, "Отлично, спасибо!"),
            NeedsNoReply(6 * HOUR - 5, PAVEL, "Thanks only"),
        ),
    ),
)

SQUARE = (
    Story(
        "cancelled-again",
        TOM,
        "square",
        (
            Says(
                48,
                "Fourth cancelled 7:40 this week, @ternline. I run a bakery on the island. Forty people had no bread "
                "this morning. Is anybody listening?",
            ),
            Raises(40, DANIEL, Priority.URGENT),
        ),
    ),
    Story(
        "same-here",
        SAM,
        "square",
        (
            Says(
                31,
                "Same here, third time late for my shift. At least tell us BEFORE we walk down to the quay.",
            ),
        ),
        below="cancelled-again",
    ),
    Story(
        "buns",
        MAYA,
        "square",
        (
            Says(
                5 * HOUR + 20,
                "The cinnamon buns on the 16:00 boat are the best thing about this town. That is all.",
            ),
            NeedsNoReply(5 * HOUR, LINH, "Praise that asks nothing"),
        ),
    ),
    Story(
        "thanks-captain",
        KATYA,
        "square",
        (
            Says(
                22,
                "Спасибо капитану «Крачки» с рейса 12:15! Дал сыну погудеть в гудок, теперь он хочет стать моряком.",
            ),
        ),
    ),
    Story(
        "last-boat",
        ANH,
        "square",
        (
            Says(DAY + 30, "Mọi người ơi, dịp lễ tàu chạy đến mấy giờ vậy?"),
            Answers(
                DAY + 18,
                LINH,
                "Chào Quỳnh Anh, ba ngày lễ có thêm một chuyến cuối lúc 23:30 từ Gull Quay nhé.",
                "solve",
            ),
        ),
    ),
)
