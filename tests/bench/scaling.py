"""scaling.py EXTENSION [SVG]: time and memory against models, questions and k.

Each measurement is made in a process of its own, forked from one that has made up binary
scores: the time of one statement (the median of three where it is short) and the growth of
the resident memory while it runs. A line's exponent is the slope of its logarithm over the
last decade.
"""
import ctypes, math, os, sqlite3, statistics, sys, time

extension, svg = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
MODELS, QUESTIONS, K = 200, 4000, 200  # while one of them varies
RANGES = {"models": [40, 126, 400, 1265, 4000], "questions": [260, 822, 2600, 8220, 26000],
          "k": [10, 32, 100, 316, 1000]}
TASKS = {
    "score_matrix": "SELECT length(score_matrix(model, question, score)) FROM scores",
    "mrmr_select": "SELECT count(*) FROM mrmr_select((SELECT m FROM matrix), {k}, 'MID')",
    "kriging_select": "SELECT count(*) FROM kriging_select((SELECT m FROM matrix), {k})",
    "krr_blup_predict": "SELECT sum(predicted) FROM krr_blup_predict((SELECT m FROM matrix), (SELECT t FROM matrix))",
}
COLORS = {"score_matrix": "#1b7837", "mrmr_select": "#2166ac", "kriging_select": "#b2182b",
          "krr_blup_predict": "#762a83"}
SKIP = {("score_matrix", "k")}


def status(field):
    with open("/proc/self/status") as lines:
        for line in lines:
            if line.startswith(field):
                return int(line.split()[1]) * 1024


def make(models, questions, real=False):
    """A database of made-up scores."""
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(extension)
    score = "* 0.001" if real else "< 200 + i % 400 + j * 37 % 300"
    db.execute(f"""CREATE TABLE scores AS
      WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i < {models - 1}),
                     q(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM q WHERE j < {questions - 1})
      SELECT printf('model-%06d', i) AS model, printf('question-%06d', j) AS question,
             abs(i * 2654435761 + j * 40503 + i * j * j % 977 * 7919) / 32 % 1000 {score} AS score
        FROM m CROSS JOIN q""")
    return db


def measure(db, task, k=0):
    """Seconds and bytes, from a child."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        with os.fdopen(read) as answer:
            text = answer.read()
        if os.waitpid(child, 0)[1] or not text:
            sys.exit(f"scaling.py: {task} failed")
        return [float(part) for part in text.split()]
    if task != "score_matrix":
        db.execute("CREATE TABLE matrix AS SELECT score_matrix(model, question, score) AS m,"
                   " (SELECT score_matrix('new', question, score) FROM (SELECT question, score FROM scores"
                   f" WHERE model = 'model-000000' LIMIT {k})) AS t FROM scores")
    sql = TASKS[task].format(k=k)
    ctypes.CDLL(None).malloc_trim(0)  # what is free already would hide what the statement takes
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
    before, times = status("VmRSS"), []
    while len(times) < 3 and sum(times) < 3:
        start = time.perf_counter()
        db.execute(sql).fetchall()
        times.append(time.perf_counter() - start)
        if len(times) == 1:
            memory = status("VmHWM") - before
    os.write(write, f"{statistics.median(times)} {memory}".encode())
    os._exit(0)


def slope(points):
    """Least squares in logarithms over the last decade: the last three points."""
    points = [(math.log(x), math.log(y)) for x, y in points[-3:] if y > 0]
    mean_x, mean_y = (sum(p[i] for p in points) / len(points) for i in (0, 1))
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def panel(out, left, top, title, unit, lines):
    """One plot, both axes logarithmic."""
    width, height = 230, 170
    xs = [x for points in lines.values() for x, _ in points]
    ys = [y for points in lines.values() for _, y in points]
    low_x, high_x = math.log10(min(xs)), math.log10(max(xs))
    low_y, high_y = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
    place = lambda x, y: (left + (math.log10(x) - low_x) / (high_x - low_x) * width,
                          top + height - (math.log10(y) - low_y) / (high_y - low_y) * height)
    out.append(f'<text x="{left + width / 2}" y="{top - 8}" text-anchor="middle">{title}</text>')
    for exponent in range(low_y, high_y + 1):
        y = place(min(xs), 10 ** exponent)[1]
        out.append(f'<path d="M{left} {y:.1f}h{width}" stroke="#ddd"/>'
                   f'<text x="{left - 5}" y="{y + 4:.1f}" text-anchor="end">{10.0 ** exponent:g} {unit}</text>')
    for x in sorted(set(xs)):
        out.append(f'<text x="{place(x, 1)[0]:.1f}" y="{top + height + 14}" text-anchor="middle">{x}</text>')
    for task, points in lines.items():
        path = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{COLORS[task]}" stroke-width="2"/>')


def draw(times, memory):
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="960" height="530" font-family="sans-serif" font-size="11">',
           '<rect width="960" height="530" fill="white"/>']
    for row, (unit, measured) in enumerate((("s", times), ("MB", memory))):
        for column, axis in enumerate(RANGES):
            lines = {task: points for (task, name), points in measured.items() if name == axis}
            panel(out, 70 + 310 * column, 40 + 230 * row, f"{'time' if unit == 's' else 'memory'} against {axis}",
                  unit, lines)
    for i, task in enumerate(TASKS):
        out.append(f'<path d="M{70 + 190 * i} 510h30" stroke="{COLORS[task]}" stroke-width="2"/>'
                   f'<text x="{106 + 190 * i}" y="514">{task}</text>')
    out.append("</svg>\n")
    with open(svg, "w") as file:
        file.write("\n".join(out))


times, memory = {}, {}
for axis, values in RANGES.items():
    db, made, found = None, None, {}
    for value in values:
        size = {"models": MODELS, "questions": QUESTIONS, "k": K, axis: value}
        if made != (size["models"], size["questions"]):
            made = size["models"], size["questions"]
            db = make(*made)
        for task in TASKS:
            if (task, axis) not in SKIP:
                found.setdefault(task, []).append(measure(db, task, min(size["k"], size["questions"])))
    print(f"\n| against {axis} | " + " | ".join(str(value) for value in values) + " | exponent |")
    print("|---" * (len(values) + 2) + "|")
    for task, measured in found.items():
        times[task, axis] = [(x, y[0]) for x, y in zip(values, measured)]
        memory[task, axis] = [(x, max(y[1], 1e4) / 1e6) for x, y in zip(values, measured)]
        print(f"| {task}, ms | " + " | ".join(f"{1000 * y:.4g}" for _, y in times[task, axis]) +
              f" | {slope(times[task, axis]):.2f} |")
        print(f"| {task}, MB | " + " | ".join(f"{y:.3g}" for _, y in memory[task, axis]) +
              f" | {slope(memory[task, axis]):.2f} |", flush=True)
print("\n| reading 4.8 million rows | bytes per row at the peak |\n|---|---|")
for real in (False, True):
    db = make(400, 12000, real)
    print(f"| {'real-valued' if real else 'binary'} scores | {measure(db, 'score_matrix')[1] / 4.8e6:.1f} |", flush=True)
if svg:
    draw(times, memory)
