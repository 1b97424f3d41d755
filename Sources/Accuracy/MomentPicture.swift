import Capture

/// A face cut out of a frame, with bars and numbers of one channel: the truth above, what was tracked below.
struct MomentPicture {
  /// Luma, rows from the top.
  private(set) var luma: [UInt8]
  private let edge: Int
  /// Rows below the face that hold bars and numbers.
  private static let footer = 32

  /// Cuts the box with an eighth more on each side, scaled to `edge` pixels without the footer.
  init(_ frame: Frame, _ moment: ClipResult.Moment, edge: Int) {
    self.edge = edge
    luma = [UInt8](repeating: 0, count: edge * edge)
    let rows = edge - Self.footer
    let side = max(moment.box[2], moment.box[3]) * 1.25
    let (x, y) = (moment.box[0] + moment.box[2] / 2 - side / 2, moment.box[1] + moment.box[3] / 2 - side / 2)
    let left = (edge - rows) / 2
    for row in 0..<rows {
      for column in 0..<rows {
        let from = SIMD2(
          x + side * (Double(column) + 0.5) / Double(rows), y + side * (Double(row) + 0.5) / Double(rows))
        luma[row * edge + left + column] = Self.sample(frame, from)
      }
    }
    bar(moment.truth, top: rows + 2, shade: 255)
    bar(moment.tracked, top: rows + 17, shade: 150)
  }

  /// The mean of the four pixels next to a place; black beside the frame.
  private static func sample(_ frame: Frame, _ place: SIMD2<Double>) -> UInt8 {
    let (column, row) = (Int((place.x - 0.5).rounded(.down)), Int((place.y - 0.5).rounded(.down)))
    guard column >= 0, row >= 0, column + 1 < frame.width, row + 1 < frame.height else { return 0 }
    let (dx, dy) = (place.x - 0.5 - Double(column), place.y - 0.5 - Double(row))
    func pixel(_ x: Int, _ y: Int) -> Double { Double(frame.pixels[(row + y) * frame.stride + column + x]) }
    let (above, below) = (pixel(0, 0) * (1 - dx) + pixel(1, 0) * dx, pixel(0, 1) * (1 - dx) + pixel(1, 1) * dx)
    return UInt8(max(0, min(255, above * (1 - dy) + below * dy)))
  }

  /// A bar of a weight 0…1 over the width that numbers leave, and its number.
  private mutating func bar(_ value: Double, top: Int, shade: UInt8) {
    let (left, full) = (34, edge - 38)
    for column in 0..<full {
      let isFilled = Double(column) < value * Double(full)
      for row in 3..<10 where isFilled || row == 9 { luma[(top + row) * edge + left + column] = isFilled ? shade : 90 }
    }
    let hundredths = Int((max(-0.99, min(9.99, value)) * 100).rounded())
    let text = (hundredths < 0 ? "-" : "") + "\(abs(hundredths) / 100)." + (abs(hundredths) % 100 < 10 ? "0" : "")
    write(text + "\(abs(hundredths) % 100)", left: 2, top: top, shade: shade)
  }

  /// Digits of three by five dots, a row of three bits each from the top.
  private static let glyphs: [Character: [UInt8]] = [
    "0": [7, 5, 5, 5, 7], "1": [2, 6, 2, 2, 7], "2": [7, 1, 7, 4, 7], "3": [7, 1, 7, 1, 7], "4": [5, 5, 7, 1, 1],
    "5": [7, 4, 7, 1, 7], "6": [7, 4, 7, 5, 7], "7": [7, 1, 2, 2, 2], "8": [7, 5, 7, 5, 7], "9": [7, 5, 7, 1, 7],
    ".": [0, 0, 0, 0, 2], "-": [0, 0, 7, 0, 0],
  ]

  private mutating func write(_ text: String, left: Int, top: Int, shade: UInt8) {
    var x = left
    for character in text {
      guard let glyph = Self.glyphs[character] else { continue }
      for row in 0..<10 {
        for column in 0..<6 where glyph[row / 2] >> (2 - column / 2) & 1 == 1 {
          luma[(top + row) * edge + x + column] = shade
        }
      }
      x += character == "." ? 6 : 8
    }
  }
}
