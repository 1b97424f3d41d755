import Foundation

/// A small SVG picture on white; x to the right, y down, pixels.
struct SVGDrawing {
  let width: Double
  let height: Double
  private var body: [String] = []

  static let blue = "#3b6ea5"
  static let orange = "#d97b29"
  static let grey = "#9a9a9a"
  static let green = "#7cae7a"

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  enum Anchor: String {
    case start, middle, end
  }

  mutating func rectangle(x: Double, y: Double, width: Double, height: Double, colour: String) {
    body.append(
      "<rect x=\"\(text(x))\" y=\"\(text(y))\" width=\"\(text(width))\" height=\"\(text(height))\" fill=\"\(colour)\"/>"
    )
  }

  mutating func line(from: SIMD2<Double>, to: SIMD2<Double>, colour: String = "#cccccc") {
    body.append(
      "<line x1=\"\(text(from.x))\" y1=\"\(text(from.y))\" x2=\"\(text(to.x))\" y2=\"\(text(to.y))\" stroke=\"\(colour)\"/>"
    )
  }

  mutating func path(_ points: [SIMD2<Double>], colour: String, width: Double = 2) {
    let places = points.map { "\(text($0.x)),\(text($0.y))" }.joined(separator: " ")
    body.append("<polyline points=\"\(places)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"\(text(width))\"/>")
  }

  mutating func label(_ words: String, x: Double, y: Double, size: Double = 11, anchor: Anchor = .start) {
    let safe = words.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    body.append(
      "<text x=\"\(text(x))\" y=\"\(text(y))\" font-size=\"\(text(size))\" text-anchor=\"\(anchor.rawValue)\">\(safe)</text>"
    )
  }

  /// The whole file.
  var file: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(text(width))" height="\(text(height))" \
    font-family="sans-serif" fill="#222222">
    <rect width="100%" height="100%" fill="#ffffff"/>
    \(body.joined(separator: "\n"))
    </svg>

    """
  }

  private func text(_ value: Double) -> String { String(format: "%g", (value * 100).rounded() / 100) }
}
