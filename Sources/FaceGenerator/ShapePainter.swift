import Foundation

/// Paints shapes over a square luma picture, in units of a drawn head: the origin its middle, 1 its radius, y down.
struct ShapePainter {
  private(set) var plane: [UInt8]
  private let size: Int
  private let middle: SIMD2<Float>
  /// Pixels.
  private let radius: Float
  private let turn: SIMD2<Float>
  /// Factor on widths: drawn heads are broad or narrow.
  private let breadth: Float

  /// `middle` and `radius` in pixels, `roll` in radians.
  init(plane: [UInt8], size: Int, middle: SIMD2<Float>, radius: Float, roll: Float, breadth: Float) {
    precondition(plane.count == size * size && radius > 0 && breadth > 0, "a square picture and a head of some size")
    self.plane = plane
    self.size = size
    self.middle = middle
    self.radius = radius
    self.breadth = breadth
    turn = SIMD2(cos(roll), sin(roll))
  }

  /// Fills an ellipse with luma `value`, less `shade` towards its lower right rim; `angle` turns it.
  mutating func ellipse(
    _ centre: SIMD2<Float>, _ radii: SIMD2<Float>, angle: Float = 0, value: Float, shade: Float = 0
  ) {
    let axis = SIMD2(cos(angle), sin(angle))
    let edge = 1 / (radius * min(radii.x, radii.y))
    paint(around: centre, reach: max(radii.x, radii.y)) { point in
      let d = point - centre
      let local = SIMD2(d.x * axis.x + d.y * axis.y, d.y * axis.x - d.x * axis.y) / radii
      let distance = (local * local).sum().squareRoot()
      let cover = max(0, min(1, (1 - distance) / edge + 0.5))
      let dark: Float = 0.4 * distance * distance + 0.35 * (local.x + local.y)
      return (cover, value - shade * max(0, dark))
    }
  }

  /// Fills a triangle.
  mutating func triangle(_ a: SIMD2<Float>, _ b: SIMD2<Float>, _ c: SIMD2<Float>, value: Float) {
    let centre = (a + b + c) / 3
    let reach = [a, b, c].map { (($0 - centre) * ($0 - centre)).sum().squareRoot() }.max() ?? 0
    let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    let sense: Float = area < 0 ? -1 : 1
    func inside(_ p: SIMD2<Float>, _ from: SIMD2<Float>, _ to: SIMD2<Float>) -> Float {
      let d = to - from
      let area: Float = d.x * (p.y - from.y) - d.y * (p.x - from.x)
      return sense * area / max(1e-6, (d * d).sum().squareRoot())
    }
    let pixels = radius
    paint(around: centre, reach: reach) { point in
      let depth = min(inside(point, a, b), inside(point, b, c), inside(point, c, a))
      return (max(0, min(1, depth * pixels + 0.5)), value)
    }
  }

  /// Draws a line of round dabs through points of a parabola: `sag` is how far its middle lies below the ends.
  mutating func line(_ from: SIMD2<Float>, _ to: SIMD2<Float>, sag: Float = 0, width: Float, value: Float) {
    let steps = 14
    for step in 0...steps {
      let t = Float(step) / Float(steps)
      var spot = from + (to - from) * t
      spot.y += 4 * sag * t * (1 - t)
      ellipse(spot, SIMD2(repeating: max(width, 0.6 / radius)), value: value)
    }
  }

  /// Grain of `strength` levels over what an ellipse covers, stretched like fur.
  mutating func grain(_ centre: SIMD2<Float>, _ radii: SIMD2<Float>, strength: Float, _ random: inout RandomSource) {
    for _ in 0..<Int(radius * 3) {
      let angle = random.uniform(0, 2 * .pi)
      let reach = random.unit().squareRoot()
      let root = centre + SIMD2(cos(angle), sin(angle)) * reach * radii
      let out = SIMD2(cos(angle), sin(angle)) * random.uniform(0.05, 0.16)
      let step = random.normal(0, strength)
      paint(around: root, reach: 0.18) { point in
        let d = point - root
        let along = max(0, min(1, (d * out).sum() / (out * out).sum()))
        let off = d - out * along
        let isNear = (off * off).sum() < 0.0009
        return (isNear ? 0.6 : 0, -1000 + step)
      }
    }
  }

  /// Mixes in what `colour` gives at each pixel: coverage and luma; below −500, luma is added to what is there.
  private mutating func paint(
    around centre: SIMD2<Float>, reach: Float, _ colour: (SIMD2<Float>) -> (cover: Float, value: Float)
  ) {
    let spot = SIMD2(centre.x * breadth, centre.y) * radius
    let pixel = middle + SIMD2(spot.x * turn.x - spot.y * turn.y, spot.x * turn.y + spot.y * turn.x)
    let extent = reach * radius * max(1, breadth) + 2
    func range(_ middle: Float) -> Range<Int> {
      let (low, high) = (max(0, middle - extent), min(Float(size), middle + extent + 1))
      return low < high ? Int(low)..<Int(high) : 0..<0
    }
    let (rows, columns) = (range(pixel.y), range(pixel.x))
    for y in rows {
      for x in columns {
        let d = (SIMD2(Float(x) + 0.5, Float(y) + 0.5) - middle) / radius
        let point = SIMD2((d.x * turn.x + d.y * turn.y) / breadth, d.y * turn.x - d.x * turn.y)
        let (cover, value) = colour(point)
        guard cover > 0 else { continue }
        let old = Float(plane[y * size + x])
        let wanted = value < -500 ? old + value + 1000 : value
        plane[y * size + x] = UInt8(max(0, min(255, old + (wanted - old) * cover)))
      }
    }
  }
}
