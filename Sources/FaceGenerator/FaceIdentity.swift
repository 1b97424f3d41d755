/// The head models that faces are made of.
package enum FaceRigKind: String, CaseIterable, Sendable {
  case ict, makehuman
}

/// Whose face it is, in the terms of one head model.
enum FaceIdentity: Sendable {
  /// Coefficients of ICT's identity modes, each about N(0, 1).
  case ict([Float])
  /// Weights of MakeHuman's targets in the order of ``MakeHumanStock/targets``, 0…1.
  case makeHuman([Float])

  var kind: FaceRigKind {
    switch self {
    case .ict: .ict
    case .makeHuman: .makehuman
    }
  }

  /// One number a row of ``FaceRig``'s identity.
  var coefficients: [Float] {
    switch self {
    case .ict(let list), .makeHuman(let list): list
    }
  }
}
