import FaceCore
import Pipeline

/// Draws a luma picture in a terminal: two pixels a character cell (upper half block), with points and lines over it.
struct HalfBlockImage {
  /// A cell is one pixel wide and two high.
  private let columns: Int
  private let rows: Int
  private var pixels: [SIMD3<UInt8>]
  private let scale: Float

  /// Shrinks a picture into at most columns × rows character cells.
  init(_ image: LumaImage, columns: Int, rows: Int) {
    let scale = max(Float(max(image.width, 1)) / Float(columns), Float(max(image.height, 1)) / Float(rows * 2))
    self.scale = scale
    self.columns = max(1, Int(Float(image.width) / scale))
    self.rows = max(1, Int(Float(image.height) / scale) / 2)
    pixels = .init(repeating: .zero, count: self.columns * self.rows * 2)
    guard image.width > 0 else { return }
    for y in 0..<self.rows * 2 {
      for x in 0..<self.columns {
        let luma = Self.mean(image, x: Float(x) * scale, y: Float(y) * scale, edge: scale)
        pixels[y * self.columns + x] = SIMD3(repeating: luma)
      }
    }
  }

  /// Marks a frame pixel.
  mutating func point(_ position: SIMD2<Float>, colour: SIMD3<UInt8>) {
    let p = position / scale
    guard p.x >= 0, p.y >= 0, p.x.isFinite, p.y.isFinite, p.x < Float(columns), p.y < Float(rows * 2) else { return }
    pixels[Int(p.y) * columns + Int(p.x)] = colour
  }

  /// Draws a line between two frame pixels.
  mutating func line(_ a: SIMD2<Float>, _ b: SIMD2<Float>, colour: SIMD3<UInt8>) {
    let steps = max(1, Int(((b - a) / scale * 1.4).magnitude))
    guard steps < 4096 else { return }
    for step in 0...steps { point(a + (b - a) * (Float(step) / Float(steps)), colour: colour) }
  }

  /// The window's edges.
  mutating func window(_ window: FaceWindow, colour: SIMD3<UInt8>) {
    let corners = [SIMD2<Float>(-0.5, -0.5), [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]].map {
      window.crop.framePoint($0)
    }
    for index in 0..<4 { line(corners[index], corners[(index + 1) % 4], colour: colour) }
  }

  /// One string a row of cells, with 24-bit colours.
  var lines: [String] {
    (0..<rows).map { row in
      (0..<columns).map { column in
        let upper = pixels[2 * row * columns + column]
        let lower = pixels[(2 * row + 1) * columns + column]
        return "\u{1b}[38;2;\(upper.x);\(upper.y);\(upper.z);48;2;\(lower.x);\(lower.y);\(lower.z)m▀"
      }.joined() + "\u{1b}[0m"
    }
  }

  /// The number of cells in a row.
  var width: Int { columns }

  private static func mean(_ image: LumaImage, x: Float, y: Float, edge: Float) -> UInt8 {
    let right = min(image.width, Int(x + edge) + 1)
    let bottom = min(image.height, Int(y + edge) + 1)
    var sum = 0
    var count = 0
    for row in stride(from: Int(y), to: bottom, by: 2) {
      for column in stride(from: Int(x), to: right, by: 2) {
        sum += Int(image.pixels[row * image.width + column])
        count += 1
      }
    }
    return UInt8(sum / max(count, 1))
  }
}

extension SIMD2<Float> {
  fileprivate var magnitude: Float { (self * self).sum().squareRoot() }
}
