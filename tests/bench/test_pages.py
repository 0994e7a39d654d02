from commonpress.bench import pages

CALM = {
    "requests": 4000,
    "per_second": 1000.0,
    "p50_ms": 7.0,
    "p99_ms": 11.0,
    "wrong": 0,
    "cpu_ms": 9.0,
    "loop": 0.1,
    "syncs": 812.4,
}


def test_what_a_clock_on_the_wall_said_stands_beside_the_machines_speed_in_that_round():
    disturbed = CALM | {"p50_ms": 70.0, "cpu_ms": 30.0, "loop": 0.25, "syncs": 90.0}
    idle = CALM | {"p50_ms": 5.0, "cpu_ms": 8.0, "loop": 0.08, "syncs": 2000.0}

    rows = {row.measure: row for row in pages.rows_of([disturbed, CALM, idle], context="200 comments")}

    beside = "in the same round: Python loop 0.100 s, 812 fdatasync per s"
    wall_clock = [rows[f"story page: {measure}"] for measure in ("requests", "p50", "p99")]
    assert [row.value for row in wall_clock] == [1000.0, 7.0, 11.0]
    assert [row.context for row in wall_clock] == [
        f"200 comments; {beside}",
        f"wall clock; {beside}",
        f"wall clock; {beside}",
    ]
