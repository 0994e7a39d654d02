from fractions import Fraction

from commonpress.fundraising.charts import Box, course, label_at, lengths, shares


def test_a_drive_rises_in_steps_on_the_days_money_came():
    drawn = course([0, 10_00, 10_00, 30_00], days=10, goal=100_00)

    assert drawn.received == "M0 100H10V90.48H30V71.43H40V100Z"
    assert drawn.goal_y == "4.76"
    assert drawn.promised is None


def test_what_is_promised_stands_above_it_from_today_to_the_end():
    drawn = course([50_00], days=2, goal=100_00, promised=20_00)

    assert drawn.promised == Box("50", "33.33", "50", "19.05")


def test_a_drive_far_above_its_goal_stays_on_the_sheet():
    drawn = course([300_00], days=1, goal=100_00, promised=10_00)

    assert (drawn.received, drawn.goal_y) == ("M0 100H0V7.83H100V100Z", "69.28")
    assert float(drawn.promised.y) >= 0


def test_sums_below_zero_and_days_without_any_are_drawn_at_the_bottom():
    assert course([-5_00, -5_00], days=2, goal=None).received == "M0 100H0V100H100V100Z"
    assert course([], days=5, goal=None).received == "M0 100H0V100Z"


def test_the_bar_of_the_best_month_fills_its_line_and_the_others_are_as_long_as_their_sums():
    assert lengths([50, 100, -5, 25]) == ["50%", "100%", "0%", "25%"]
    assert lengths([0, 0]) == ["0%", "0%"]
    assert lengths([]) == []


def test_parts_of_a_whole_fill_one_bar():
    drawn = shares([60, 30, 10])

    assert [(share.x, share.width, share.tone) for share in drawn] == [
        ("0%", "60%", 1),
        ("60%", "30%", 2),
        ("90%", "10%", 3),
    ]
    assert [share.width for share in shares([0, 0])] == ["0%", "0%"]
    assert [share.width for share in shares([10, -5])] == ["100%", "0%"]


def test_words_at_either_end_stay_on_the_sheet():
    ends = [label_at(place, "June", y="100%").anchor for place in (Fraction(0), Fraction(1, 2), Fraction(1))]

    assert ends == ["start", "middle", "end"]
