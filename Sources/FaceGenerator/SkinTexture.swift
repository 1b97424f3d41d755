/// What is known of one skin texture.
struct SkinTexture: Sendable {
  var name: String
  /// Linear light, around the photographed part.
  var colour: SIMD3<Float>
  /// The self-reported group, empty where there is none.
  var group: String
  /// The fitted person's identity coefficients, at most 40.
  var identity: [Float]
  /// Whether several people are blended in it, so that nobody can be recognised.
  var isComposite: Bool
}
