import Foundation

/// Many grey pictures side by side in one, to be looked at.
package struct ContactSheet {
  private let columns: Int
  private let cell: Int
  private var pictures: [[UInt8]] = []

  /// Cells of `cell × cell` pixels.
  package init(columns: Int, cell: Int) {
    precondition(columns > 0 && cell > 0, "columns and cell are positive")
    self.columns = columns
    self.cell = cell
  }

  /// Adds a square luma picture of the cell's size.
  package mutating func append(_ luma: [UInt8]) {
    precondition(luma.count == cell * cell, "a picture of \(luma.count) pixels in a cell of \(cell)²")
    pictures.append(luma)
  }

  /// Adds a sample with its landmarks as dots and its window as a turned square.
  package mutating func append(_ sample: FaceSample, isMarked: Bool) {
    append(sample.patch)
    guard isMarked else { return }
    for point in sample.landmarks { dot(point) }
    let window = sample.window
    // Counter-clockwise in the image with y down: x' = c x + s y, y' = −s x + c y.
    let square: [SIMD2<Float>] = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
    let corners = square.map { corner -> SIMD2<Float> in
      let (c, s) = (cos(window.roll), sin(window.roll))
      return window.centre + window.side / 2 * SIMD2(c * corner.x + s * corner.y, -s * corner.x + c * corner.y)
    }
    for index in 0..<4 {
      for step in 0..<200 {
        dot(corners[index] + (corners[(index + 1) % 4] - corners[index]) * (Float(step) / 200))
      }
    }
  }

  private mutating func dot(_ point: SIMD2<Float>) {
    let (x, y) = (Int(point.x.rounded(.down)), Int(point.y.rounded(.down)))
    guard (0..<cell).contains(x), (0..<cell).contains(y) else { return }
    let index = y * cell + x
    pictures[pictures.count - 1][index] = pictures[pictures.count - 1][index] > 127 ? 0 : 255
  }

  /// The sheet, as wide as the columns say.
  package func picture() -> Picture {
    let rows = max(1, (pictures.count + columns - 1) / columns)
    let width = columns * cell
    var bytes = [UInt8](repeating: 255, count: width * rows * cell * 4)
    for (number, luma) in pictures.enumerated() {
      let (left, top) = (number % columns * cell, number / columns * cell)
      for y in 0..<cell {
        for x in 0..<cell {
          let target = ((top + y) * width + left + x) * 4
          for channel in 0..<3 { bytes[target + channel] = luma[y * cell + x] }
        }
      }
    }
    return Picture(width: width, height: rows * cell, bytes: bytes)
  }
}
