# Structs and arrays are values, slices and pointers are views; match covers everything.
struct Point { x: int, y: int }
struct Line { from: Point, to: Point, name: str }
enum Color { Red, Green = 5, Blue }

fn moved(p: Point) -> Point {
    p.x += 10
    return p
}

fn name(c: Color) -> str {
    match c {
        Color.Red => return "warm"
        Color.Green | Color.Blue => return "cold"
    }
}

let a = Point(1, 2)
let b = moved(a)
let line = Line(from: a, to: b, name: "l")
let copy = line
copy.from.y = 99
let p = &line.to
p.y = 7
println("{a.x} {b.x} {line.from.y} {copy.from.y} {line.to.y} {copy.to.y} {line.name}")
let xs = [1, 2, 3, 4, 5]
let ys = xs
let view = xs[1..4]
view[0] = 20
println("{xs[1]} {ys[1]} {len(view)} {view[2]} {len(xs[..2])} {sizeof(Line)}")
println("{Color.Blue} {Color.Blue as int} {name(Color.Red)} {name(Color.Blue)}")
let f = moved
println("{f(a).x} {"abc" == "abc"} {"abc"[1]:c} {"hello"[1..3]}")
let sum = 0
for i in 0..10 {
    if i == 3 {
        continue
    }
    if i == 6 {
        break
    }
    sum += i
}
println("{sum}")
