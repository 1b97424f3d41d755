import NeuralGraph

extension ONNXGraphReader {
  mutating func readPad(_ node: ONNXNodeProto) throws(Refusal) {
    var value = try input(node)
    let attributes = NodeAttributes(node)
    let rank = value.extents.count
    let given =
      try integers(node, 1, "pads") ?? attributes.integers(attributes.has("pads") ? "pads" : "paddings", default: [])
    var axes = Array(0..<rank)
    if let some = try integers(node, 3, "axes") {
      axes = []
      for one in some { axes.append(try axis(one, rank: rank)) }
    }
    guard given.count == 2 * axes.count, given.allSatisfy({ abs($0) <= Graph.maximumEdge }) else {
      throw Refusal("pads \(given) are not \(2 * axes.count) numbers within ±\(Graph.maximumEdge)")
    }
    let modes: [String: Padding.Mode] = ["constant": .constant, "edge": .edge, "reflect": .reflect, "wrap": .wrap]
    let name = attributes.text("mode", default: "constant")
    guard let mode = modes[name] else { throw Refusal("mode '\(name)' is unknown") }
    var number = attributes.float("value", default: 0)
    if has(node, 2) {
      guard let tensor = constant(node, 2), tensor.floats.count == 1 else {
        throw Refusal("its value is not one constant")
      }
      number = tensor.floats[0]
    }
    for (index, axis) in axes.enumerated() {
      value = try padded(value, axis: axis, given[index], given[index + axes.count], mode, number)
    }
    try define(node, value)
  }

  /// The value longer on one axis; negative numbers make it shorter.
  private mutating func padded(
    _ value: Value, axis: Int, _ before: Int, _ after: Int, _ mode: Padding.Mode, _ number: Float
  ) throws(Refusal) -> Value {
    guard before != 0 || after != 0 else { return value }
    var ranges = value.extents.map { SliceRange(start: 0, count: $0, step: 1) }
    ranges[axis].start = max(-before, 0)
    ranges[axis].count = value.extents[axis] - max(-before, 0) - max(-after, 0)
    guard ranges[axis].count > 0 else { throw Refusal("it takes more than there is from axis \(axis)") }
    let kept = try sliced(value, ranges)
    let padding = Padding(
      split: AxisSplit(kept.extents, axis: axis), before: max(before, 0), after: max(after, 0), mode: mode,
      value: number)
    guard padding.before + padding.after > 0 else { return kept }
    var extents = kept.extents
    extents[axis] = padding.length
    return try make(.pad(padding), [kept], extents: extents)
  }

  mutating func readResize(_ node: ONNXNodeProto) throws(Refusal) {
    var value = try input(node)
    let form = try ResizeForm(node, opset: opset)
    let rank = value.extents.count
    var axes: [Int] = []
    for one in NodeAttributes(node).integers("axes", default: Array(0..<rank)) {
      axes.append(try axis(one, rank: rank))
    }
    let targets = try targets(node, value, axes, form)
    var region: [Float] = []
    if form.coordinates == .tfCropAndResize {
      guard let tensor = constant(node, 1), tensor.floats.count == 2 * axes.count else {
        throw Refusal("its roi is not \(2 * axes.count) constants")
      }
      region = tensor.floats
    }
    for (index, axis) in axes.enumerated() {
      let (length, scale) = targets[index]
      let (start, end) = region.isEmpty ? (0, 1) : (region[index], region[index + axes.count])
      if length == value.extents[axis], scale == 1, start == 0, end == 1 { continue }
      guard (1...Graph.maximumEdge).contains(length) else {
        throw Refusal("its result would have \(length) elements on axis \(axis)")
      }
      let resizing = Resizing(
        split: AxisSplit(value.extents, axis: axis), length: length, scale: scale, mode: form.mode,
        coordinates: form.coordinates, rounding: form.rounding, cubic: form.cubic,
        excludesOutside: form.excludesOutside, antialias: form.antialias, start: start, end: end,
        extrapolation: form.extrapolation)
      var extents = value.extents
      extents[axis] = length
      value = try make(.resize(resizing), [value], extents: extents)
    }
    try define(node, value)
  }

  /// For each axis the length of the result, and the scale that coordinates are computed with.
  private mutating func targets(
    _ node: ONNXNodeProto, _ value: Value, _ axes: [Int], _ form: ResizeForm
  ) throws(Refusal) -> [(length: Int, scale: Float)] {
    let lengths = axes.map { value.extents[$0] }
    if form.takesSizes, let sizes = try integers(node, 3, "sizes"), !sizes.isEmpty {
      guard sizes.count == axes.count, sizes.allSatisfy({ (1...Graph.maximumEdge).contains($0) }) else {
        throw Refusal("sizes \(sizes) are not \(axes.count) numbers from 1 to \(Graph.maximumEdge)")
      }
      let scales = zip(sizes, lengths).map { Float($0) / Float($1) }
      guard form.keepsAspect, let scale = form.keepsLargest ? scales.max() : scales.min() else {
        return zip(sizes, scales).map { ($0, $1) }
      }
      return lengths.map { (Int((scale * Float($0) + 0.5).rounded(.down)), scale) }
    }
    let index = form.takesSizes ? 2 : 1
    var scales = NodeAttributes(node).floats("scales")
    if has(node, index) {
      guard let tensor = constant(node, index) else { throw Refusal("its scales are not constant") }
      scales = tensor.floats
    }
    guard scales.count == axes.count, scales.allSatisfy({ $0 > 1e-3 && $0 < 1e6 }) else {
      throw Refusal("scales \(scales) are not \(axes.count) numbers from 0.001 to 1e6")
    }
    return zip(scales, lengths).map { (Int((Float($1) * $0).rounded(.down)), $0) }
  }
}

/// The attributes of a Resize, or of an Upsample, its predecessor.
struct ResizeForm {
  var mode: Resizing.Mode
  var coordinates: Resizing.Coordinates
  var rounding: Resizing.Rounding
  var cubic: Float
  var excludesOutside: Bool
  var antialias: Bool
  var extrapolation: Float
  /// Whether inputs are roi, scales and sizes (from opset 11 on), or scales alone.
  var takesSizes: Bool
  var keepsAspect: Bool
  var keepsLargest: Bool

  init(_ node: ONNXNodeProto, opset: Int) throws(Refusal) {
    let attributes = NodeAttributes(node)
    takesSizes = node.opType == "Resize" && opset > 10
    func choice<Choice>(_ name: String, _ standard: String, _ choices: [String: Choice]) throws(Refusal) -> Choice {
      let text = attributes.text(name, default: standard)
      guard let choice = choices[text] else { throw Refusal("\(name) '\(text)' is unknown") }
      return choice
    }
    mode = try choice(
      "mode", "nearest", ["nearest": .nearest, "linear": .linear, "bilinear": .linear, "cubic": .cubic])
    coordinates = try choice(
      "coordinate_transformation_mode", takesSizes ? "half_pixel" : "asymmetric",
      [
        "half_pixel": .halfPixel, "half_pixel_symmetric": .halfPixelSymmetric, "asymmetric": .asymmetric,
        "pytorch_half_pixel": .pytorchHalfPixel, "align_corners": .alignCorners,
        "tf_crop_and_resize": .tfCropAndResize,
      ])
    rounding = try choice(
      "nearest_mode", takesSizes ? "round_prefer_floor" : "floor",
      ["round_prefer_floor": .preferFloor, "round_prefer_ceil": .preferCeil, "floor": .floor, "ceil": .ceil])
    let policy = attributes.text("keep_aspect_ratio_policy", default: "stretch")
    guard ["stretch", "not_larger", "not_smaller"].contains(policy) else {
      throw Refusal("keep_aspect_ratio_policy '\(policy)' is unknown")
    }
    keepsAspect = policy != "stretch"
    keepsLargest = policy == "not_smaller"
    cubic = attributes.float("cubic_coeff_a", default: -0.75)
    excludesOutside = attributes.integer("exclude_outside", default: 0) != 0
    antialias = attributes.integer("antialias", default: 0) != 0
    extrapolation = attributes.float("extrapolation_value", default: 0)
  }
}
