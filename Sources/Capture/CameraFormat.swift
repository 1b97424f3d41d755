/// A picture size that a camera offers in one format, with its rates.
package struct CameraSize: Equatable, Sendable {
  /// Pixels; a single value where the size is fixed.
  package var widths, heights: ClosedRange<Int>
  /// Frames a second, fastest first; the two ends where any rate between is possible. Empty when unknown.
  package var rates: [Double]

  package init(widths: ClosedRange<Int>, heights: ClosedRange<Int>, rates: [Double]) {
    self.widths = widths
    self.heights = heights
    self.rates = rates
  }

  package init(_ width: Int, _ height: Int, rates: [Double]) {
    self.init(widths: width...width, heights: height...height, rates: rates)
  }
}

/// A pixel format that a camera offers.
package struct CameraFormat: Equatable, Sendable {
  /// V4L2's four characters, such as `YUYV`.
  package var name: String
  /// The driver's words for it.
  package var title: String
  /// Whether libv4l2 makes it of another format.
  package var isEmulated: Bool
  package var sizes: [CameraSize]
  /// Whether luma is taken from it without libv4l2's help.
  package var isRead: Bool { PixelFormat(rawValue: name) != nil }

  package init(name: String, title: String = "", isEmulated: Bool = false, sizes: [CameraSize]) {
    self.name = name
    self.title = title
    self.isEmulated = isEmulated
    self.sizes = sizes
  }
}

/// What is asked of a camera; it grants what comes near.
package struct CameraRequest: Equatable, Sendable {
  /// Pixels.
  package let width, height: Int
  package let framesPerSecond: Double
  /// The only format to take, nil for the best.
  package let format: PixelFormat?
  package let settings: CameraSettings

  /// 640×480 at 30 frames a second is what every webcam has, and more than the crops need at arm's length.
  package init(
    width: Int = 640, height: Int = 480, framesPerSecond: Double = 30, format: PixelFormat? = nil,
    settings: CameraSettings = CameraSettings()
  ) {
    precondition(width > 0 && height > 0, "a picture of \(width)×\(height) pixels; both must be positive")
    precondition(
      framesPerSecond > 0 && framesPerSecond.isFinite, "\(framesPerSecond) frames a second; must be positive")
    self.width = width
    self.height = height
    self.framesPerSecond = framesPerSecond
    self.format = format
    self.settings = settings
  }

  /// The format to ask for: the camera's own before one that libv4l2 makes, then one that reaches size and rate, then one that
  /// reaches the size, then the cheapest in ``PixelFormat``'s order. nil when none can be read.
  ///
  /// The rate matters before the cost: YUYV at 1280×720 fits USB 2 ten times a second, MJPEG thirty times.
  package func choose(from formats: [CameraFormat]) -> PixelFormat? { best(of: formats)?.format }

  /// What is asked of a camera with these formats, and why; one line for people.
  package func explain(_ formats: [CameraFormat]) -> String {
    guard let best = best(of: formats) else {
      return "nothing: needed is one of \(self.formats.map(\.rawValue).joined(separator: ", "))"
    }
    let asked = "\(best.format.rawValue) \(width)×\(height) at \(Int(framesPerSecond)) fps: "
    if best.misses[2] > 0 { return asked + "no format has that size; the camera will grant one near" }
    if best.misses[1] > 0 { return asked + "no format reaches that rate at that size" }
    let others = formats.filter { PixelFormat(rawValue: $0.name) != nil }.count
    if format != nil { return asked + "the format is configured" }
    return asked + (others == 1 ? "the only format that is read" : "the cheapest to read that reaches size and rate")
  }

  private struct Candidate {
    var format: PixelFormat
    /// Whether libv4l2 makes it, rate and size are missed, and the place in ``PixelFormat``'s order: less is better.
    var misses: [Int]
  }

  private func best(of formats: [CameraFormat]) -> Candidate? {
    let candidates: [Candidate] = formats.compactMap { offered in
      guard let format = PixelFormat(rawValue: offered.name), self.format ?? format == format else { return nil }
      let fitting = offered.sizes.filter { $0.widths.contains(width) && $0.heights.contains(height) }
      // Drivers that list no sizes or rates may grant any: neither better nor worse than a match.
      let size = offered.sizes.isEmpty || !fitting.isEmpty
      let rate = size && (fitting.isEmpty || fitting.contains { $0.rates.isEmpty || reaches($0.rates) })
      let cost = PixelFormat.allCases.firstIndex(of: format)!
      return Candidate(format: format, misses: [offered.isEmulated ? 1 : 0, rate ? 0 : 1, size ? 0 : 1, cost])
    }
    return candidates.min { $0.misses.lexicographicallyPrecedes($1.misses) }
  }

  /// The formats that would do.
  var formats: [PixelFormat] { format.map { [$0] } ?? PixelFormat.allCases }

  /// 29.97 is taken for 30.
  private func reaches(_ rates: [Double]) -> Bool { rates.contains { $0 >= framesPerSecond * 0.95 } }
}
