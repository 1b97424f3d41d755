/// What a piece of the head is made of; the raw value is the number that the shaders compare with.
enum FaceSurface: Int, Sendable {
  case skin = 0
  case scalp = 1
  case gums = 2
  case teeth = 3
  case leftEye = 4
  case rightEye = 5
  case mouthSocket = 6
  case eyeSocket = 7
  case lashes = 8

  /// Skin and scalp, which one program draws; eyes and mouth have another.
  var isOuter: Bool { self == .skin || self == .scalp }

  /// The surface of a triangle, nil for one that is not drawn.
  init?(part: String, material: String) {
    switch (part, material) {
    case ("mouth_socket", _): self = .mouthSocket
    case ("eye_socket_left", _), ("eye_socket_right", _): self = .eyeSocket
    case (_, "M_Face"): self = .skin
    case (_, "M_BackHead"): self = .scalp
    case (_, "M_GumsTongue"): self = .gums
    case (_, "M_Teeth"): self = .teeth
    case (_, "M_ScleraLeft"): self = .leftEye
    case (_, "M_ScleraRight"): self = .rightEye
    case (_, "M_EyeLashes"): self = .lashes
    default: return nil
    }
  }
}
