import FaceCore

/// Every channel but lids and looks: from what the networks read of this person to 0 at rest and 1 at the person's own reach.
struct ChannelMap: Equatable, Sendable {
  /// Channels that can't act at once: one number with a sign.
  private static let opposites: [(Blendshape, Blendshape)] = [(.jawLeft, .jawRight), (.mouthLeft, .mouthRight)]
  /// The least range of weights that is stretched to 0…1: more gain would show noise.
  private static let leastRange: Float = 0.25
  /// How gently a channel leaves its rest, of its range: noise beyond the tremble that was seen shows little.
  private static let ease: Float = 0.08

  private var base = BlendshapeWeights.neutral
  private var gain = BlendshapeWeights.neutral
  /// The signed pairs' rest and dead zone; nil without a neutral face.
  private var rest: [(centre: Float, dead: Float)] = []

  init(_ calibration: Calibration) {
    for channel in Blendshape.allCases {
      let low = calibration.neutral.map { Self.tremble($0, channel) + $0.weights[channel] } ?? 0
      base[channel] = min(0.9, low)
      gain[channel] = 1 / max(Self.leastRange, (calibration.maximum[channel] ?? 1) - low)
    }
    guard let neutral = calibration.neutral else { return }
    rest = Self.opposites.map { positive, negative in
      let dead = max(Self.tremble(neutral, positive), Self.tremble(neutral, negative))
      return (neutral.weights[positive] - neutral.weights[negative], dead)
    }
  }

  static func == (a: ChannelMap, b: ChannelMap) -> Bool {
    a.base == b.base && a.gain == b.gain && a.rest.elementsEqual(b.rest, by: ==)
  }

  /// What a channel may exceed its neutral level by while the face rests.
  static func tremble(_ neutral: Calibration.Neutral, _ channel: Blendshape) -> Float {
    max(0.01, min(0.06, neutral.spread[channel]))
  }

  /// A value 0…1 that leaves 0 without a kink, is a little less than it was in between, and reaches 1.
  static func eased(_ value: Float) -> Float {
    value <= 0 ? 0 : value * value / (value + ease * (1 - value))
  }

  /// Replaces all channels but blinks and looks.
  func apply(to weights: inout BlendshapeWeights) {
    let read = weights
    for channel in Blendshape.allCases where !channel.isLid && !channel.isLook {
      let value = max(0, min(1, (read[channel] - base[channel]) * gain[channel]))
      // Where no rest was captured there is none to leave.
      weights[channel] = rest.isEmpty ? value : Self.eased(value)
    }
    for index in rest.indices {
      let (positive, negative) = Self.opposites[index]
      let value = Self.signed(read[positive] - read[negative], rest[index].centre, rest[index].dead)
      weights[positive] = Self.eased(max(0, value))
      weights[negative] = Self.eased(max(0, -value))
    }
  }

  /// A signed value −1…1 measured from its rest, stretched so that both ends are reached.
  static func signed(_ value: Float, _ centre: Float, _ dead: Float) -> Float {
    let offset = value - centre
    let reach = offset > 0 ? 1 - centre : 1 + centre
    let moved = max(0, abs(offset) - dead) / max(leastRange, reach - dead)
    return offset > 0 ? min(1, moved) : max(-1, -moved)
  }
}
