"""What came by mail."""

from allears.cast.people import ANNA, DANIEL, GRACE, HANNAH, IGOR, LINH, MINH, PAVEL, PRIYA, SELLER, YULIA
from allears.cast.steps import DAY, HOUR, Answers, IsSpam, Notes, Raises, Says, Story, Takes
from allears.pipeline.conversations.models import Priority

MAIL = (
    Story(
        "scarf",
        ANNA,
        "mail",
        (
            Says(
                26,
                "Good morning,\n\nI left a red wool scarf on the 8:10 from Gull Quay today, upper deck, starboard "
                "side, second row from the back. It was my grandmother's, so I would be very glad to have it "
                "back. I work near the pier and can come by any evening.\n\nKind regards\nAnna Berg",
            ),
            Says(
                9,
                "Me again. I found a photo in which I am wearing it, in case that helps whoever cleans the boat.\n\n"
                "Anna",
                has_picture=True,
            ),
        ),
        subject="Red scarf left on the 8:10",
    ),
    Story(
        "charged-twice",
        YULIA,
        "mail",
        (
            Says(
                131,
                "Здравствуйте!\n\nВчера вечером покупала два билета на паром в субботу, 14:30. Деньги списали "
                "дважды, а на почту не пришло ни одного билета. Номер заказа TL-58213, выписку из банка могу "
                "прислать. Мы едем с ребёнком, хотелось бы знать, пустят ли нас на борт.\n\nЮлия Морозова",
            ),
            Raises(120, DANIEL, Priority.HIGH),
            Takes(95, PAVEL),
            Notes(
                90,
                PAVEL,
                "Payment went through twice at 21:04, the ticket job failed both times. @Daniel Achebe",
            ),
        ),
        subject="Списали деньги дважды, билетов нет",
    ),
    Story(
        "forty-seats",
        MINH,
        "mail",
        (
            Says(
                DAY + 190,
                "Chào quý công ty,\n\nBên mình có đoàn 40 khách muốn đi chuyến 9 giờ sáng thứ Bảy tuần sau từ Gull "
                "Quay. Xin hỏi có giá đoàn không và có giữ chỗ trước được không?\n\nTrân trọng,\nNguyễn Văn Minh",
            ),
            Answers(
                DAY + 140,
                LINH,
                "Chào anh Minh,\n\nCó ạ: đoàn từ 30 khách trở lên được giảm 15 %. Em đã giữ 40 chỗ trên chuyến 9:00 "
                "đến trưa thứ Tư. Anh cho em xin tên trưởng đoàn và số điện thoại để in vé nhé.",
                "wait",
            ),
            Says(
                35,
                "Cảm ơn Linh. Trưởng đoàn là chị Mai, số 0912 000 117. Trong đoàn có hai cụ đi lại khó, "
                "lên tàu có cần báo trước không em?",
                quotes="Vào 09:12, Linh Đặng đã viết:\n> Chào anh Minh,\n> \n> Có ạ: đoàn từ 30 khách trở lên",
            ),
        ),
        subject="Đặt chỗ cho đoàn 40 khách",
    ),
    Story(
        "oat-milk",
        PRIYA,
        "mail",
        (
            Says(
                5 * HOUR,
                "Hello, my son is allergic to almonds. At the Pier Two café the menu says oat milk, but yesterday I "
                "saw the barista pour from an almond carton. Which is it? We come every week and I need to be able "
                "to trust that sign.\n\nPriya",
            ),
            Answers(
                4 * HOUR,
                LINH,
                "Dear Priya,\n\nyou were right, and I am sorry. The oat delivery was late and the shift used almond "
                "milk without changing the sign. The sign is covered since this morning, and no almond milk is "
                "kept at Pier Two any more. Was your son all right?",
                "wait",
            ),
        ),
        subject="Almond milk at Pier Two",
    ),
    Story(
        "season-pass",
        HANNAH,
        "mail",
        (
            Says(
                2 * DAY,
                "Hi there, I am moving away at the end of the month and would like to return my season pass. The web "
                "page says refunds go by the month, but the form wants a reason from a list and mine is not on it.",
            ),
            Answers(
                2 * DAY - 50,
                PAVEL,
                "Hello Hannah, no reason needed. I have asked our accounts to work out the two months that are "
                "left, and I will write again when the money is on its way.",
                "hold",
            ),
            Notes(
                DAY,
                PAVEL,
                "Accounts want the pass number: 7731-04. Sent. @Linh Đặng please watch it on Friday.",
            ),
        ),
        subject="Returning a season pass",
    ),
    Story(
        "wedding",
        GRACE,
        "mail",
        (
            Says(
                3 * HOUR + 5,
                "Hello Tern Line,\n\nwe are getting married on 12 June on Lamp Island and dream of arriving on the old "
                "steamer with sixty guests. Is she for hire, and could there be coffee and your cinnamon buns on "
                "board?\n\nGrace & Wes",
            ),
            Takes(2 * HOUR, LINH),
        ),
        subject="The steamer for a wedding?",
    ),
    Story(
        "winter-times",
        IGOR,
        "mail",
        (
            Says(
                3 * DAY,
                "Добрый день. С какого числа действует зимнее расписание и будет ли утренний рейс в 6:40? "
                "На сайте две разные таблицы.",
            ),
            Answers(
                3 * DAY - 45,
                PAVEL,
                "Добрый день, Игорь!\n\nЗимнее расписание действует с 1 ноября, рейс в 6:40 остаётся. Старую таблицу "
                "мы с сайта убрали, спасибо, что заметили.",
                "solve",
            ),
        ),
        subject="Зимнее расписание",
    ),
    Story(
        "ranks",
        SELLER,
        "mail",
        (
            Says(
                4 * HOUR,
                "Dear Sir or Madam, we noticed your web site is not on page one. 5000 links, 49 only.",
            ),
            IsSpam(3 * HOUR, LINH),
        ),
        subject="Page one, guaranteed",
    ),
)
