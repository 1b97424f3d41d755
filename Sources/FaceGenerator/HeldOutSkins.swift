/// Which textures no training sees, so that sessions measure on faces that are new to the networks.
///
/// Every third composite in the order of names, four of ten: composites are the means of several people, and nobody can be
/// recognised in a picture that is rendered with them.
enum HeldOutSkins {
  /// Indices of the textures of rendered sessions.
  static func sessions(_ skins: [SkinTexture]) -> [Int] {
    let composites = skins.indices.filter { skins[$0].isComposite }.sorted { skins[$0].name < skins[$1].name }
    return composites.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
  }

  /// Indices of the textures of training samples: all others, or all where nothing is left.
  static func training(_ skins: [SkinTexture]) -> [Int] {
    let reserved = Set(sessions(skins))
    let rest = skins.indices.filter { !reserved.contains($0) }
    return rest.isEmpty ? Array(skins.indices) : rest
  }
}
