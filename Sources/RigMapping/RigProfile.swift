import FaceCore

/// How a rig's channels are made of the tracked ones: the data of a file in `Config/rigs`.
package struct RigProfile: Equatable, Sendable {
  /// One channel of the rig.
  package struct Channel: Equatable, Sendable {
    package var name: String
    package var expression: RigExpression
    /// `gain · expression + offset`, then the dead zone, then the curve, then the limits.
    package var gain: Float = 1
    package var offset: Float = 0
    /// Below this magnitude the value is 0; what is above starts from 0 again and still reaches 1. 0…<1.
    package var deadzone: Float = 0
    package var curve: ResponseCurve?
    /// The limits of the value.
    package var clamp: ClosedRange<Float> = 0...1

    package init(name: String, expression: RigExpression) {
      self.name = name
      self.expression = expression
    }

    /// The channel of the other side, under its own name.
    package func mirrored(name: String) -> Channel {
      var result = self
      result.name = name
      result.expression = expression.mirrored
      return result
    }
  }

  package var name: String
  package var channels: [Channel]
  /// Pairs of channels of which only the stronger acts, by what it has more than the other: indices of ``channels``.
  package var exclusive: [(Int, Int)]

  package init(name: String, channels: [Channel], exclusive: [(Int, Int)] = []) {
    self.name = name
    self.channels = channels
    self.exclusive = exclusive
  }

  package static func == (a: RigProfile, b: RigProfile) -> Bool {
    a.name == b.name && a.channels == b.channels && a.exclusive.elementsEqual(b.exclusive, by: ==)
  }
}
