/// A tensor resampled along one axis, as ONNX's Resize (opset 19) does on each: https://onnx.ai/onnx/operators/onnx__Resize.html
package struct Resizing: Sendable, Equatable {
  /// How elements between samples are made.
  package enum Mode: UInt8, CaseIterable, Sendable { case nearest, linear, cubic }
  /// Which place of the source a place of the result looks at; ONNX's `coordinate_transformation_mode`.
  package enum Coordinates: UInt8, CaseIterable, Sendable {
    case halfPixel, halfPixelSymmetric, pytorchHalfPixel, alignCorners, asymmetric, tfCropAndResize
  }
  /// Which neighbour is the nearest; ONNX's `nearest_mode`.
  package enum Rounding: UInt8, CaseIterable, Sendable { case preferFloor, preferCeil, floor, ceil }

  package var split: AxisSplit
  /// The length of the result along the axis.
  package var length: Int
  /// The result's length by the source's, as it was asked for: before rounding. > 0.
  package var scale: Float
  package var mode: Mode
  package var coordinates: Coordinates
  package var rounding: Rounding
  /// The a of Keys' cubic kernel (R. Keys, Cubic convolution interpolation, doi:10.1109/TASSP.1981.1163711).
  package var cubic: Float
  /// Whether taps outside the source get no weight.
  package var excludesOutside: Bool
  /// Whether the kernel is stretched when the result is shorter.
  package var antialias: Bool
  /// Where ``Coordinates/tfCropAndResize`` begins and ends in the source, 0 and 1 for all of it.
  package var start: Float
  package var end: Float
  /// What ``Coordinates/tfCropAndResize`` gives outside the source.
  package var extrapolation: Float

  package init(
    split: AxisSplit, length: Int, scale: Float, mode: Mode, coordinates: Coordinates,
    rounding: Rounding = .preferFloor,
    cubic: Float = -0.75, excludesOutside: Bool = false, antialias: Bool = false, start: Float = 0, end: Float = 1,
    extrapolation: Float = 0
  ) {
    self.split = split
    self.length = length
    self.scale = scale
    self.mode = mode
    self.coordinates = coordinates
    self.rounding = rounding
    self.cubic = cubic
    self.excludesOutside = excludesOutside
    self.antialias = antialias
    self.start = start
    self.end = end
    self.extrapolation = extrapolation
  }

  /// The same as a linear map.
  package var table: AxisTable {
    AxisTable(split: split, fill: extrapolation, (0..<length).map(taps))
  }

  /// The place of the source, in elements, that result `index` looks at.
  private func place(_ index: Int) -> Double {
    let (x, scale) = (Double(index), Double(scale))
    let source = Double(split.length)
    // As long as was asked for, which need not be a whole number.
    let result = scale * source
    switch coordinates {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .halfPixelSymmetric:
      // The result may be shorter than asked for: what is lost is lost on both sides.
      let adjustment = Double(length) / result
      return source / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5
    case .pytorchHalfPixel: return length > 1 ? (x + 0.5) / scale - 0.5 : 0
    case .alignCorners: return length > 1 ? x * (source - 1) / (result - 1) : 0
    case .asymmetric: return x / scale
    case .tfCropAndResize:
      let (start, end) = (Double(start), Double(end))
      return length > 1
        ? start * (source - 1) + x * (end - start) * (source - 1) / (result - 1) : 0.5 * (start + end) * (source - 1)
    }
  }

  private func taps(_ index: Int) -> [(index: Int, weight: Double)] {
    let place = place(index)
    let last = split.length - 1
    if coordinates == .tfCropAndResize, place < 0 || place > Double(last) { return [] }
    if mode == .nearest { return [(min(max(nearest(place), 0), last), 1)] }
    let stretch = antialias && scale < 1 ? Double(scale) : 1
    let reach = (mode == .linear ? 1 : 2) / stretch
    let first = Int((place - reach).rounded(.down))
    let end = Int((place + reach).rounded(.up))
    var taps: [(index: Int, weight: Double)] = []
    for position in first...end {
      let weight = kernel((Double(position) - place) * stretch)
      let isOutside = !(0...last).contains(position)
      guard weight != 0, !(isOutside && excludesOutside) else { continue }
      taps.append((min(max(position, 0), last), weight))
    }
    let sum = taps.reduce(0) { $0 + $1.weight }
    return taps.map { ($0.index, $0.weight / sum) }
  }

  private func nearest(_ place: Double) -> Int {
    switch rounding {
    case .floor: Int(place.rounded(.down))
    case .ceil: Int(place.rounded(.up))
    case .preferFloor: Int((place - 0.5).rounded(.up))
    case .preferCeil: Int((place + 0.5).rounded(.down))
    }
  }

  private func kernel(_ distance: Double) -> Double {
    let x = abs(distance)
    if mode == .linear { return max(1 - x, 0) }
    let a = Double(cubic)
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0
  }
}
