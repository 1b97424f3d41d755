/// The weights of all 52 blendshapes: 0 at neutral, 1 at the extreme; values may leave 0…1 only inside the filters.
///
/// A fixed-size value: copying it allocates nothing.
package struct BlendshapeWeights: Sendable {
  private var values: InlineArray<52, Float>

  /// The neutral face: every weight 0.
  package static var neutral: BlendshapeWeights { .init() }

  /// All weights 0.
  package init() { values = .init(repeating: 0) }

  package subscript(channel: Blendshape) -> Float {
    get { values[channel.rawValue] }
    set { values[channel.rawValue] = newValue }
  }

  /// The weight at a channel's index, `0..<52`.
  package subscript(index: Int) -> Float {
    get { values[index] }
    set { values[index] = newValue }
  }

  /// The same expression with every weight limited to 0…1; NaN becomes 0.
  package func clamped() -> BlendshapeWeights {
    var result = self
    for index in 0..<52 { result[index] = max(0, min(1, result[index].isNaN ? 0 : result[index])) }
    return result
  }
}

extension BlendshapeWeights: Equatable {
  package static func == (a: BlendshapeWeights, b: BlendshapeWeights) -> Bool {
    (0..<52).allSatisfy { a[$0] == b[$0] }
  }
}
