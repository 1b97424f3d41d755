/// What a face carries beside the 52: the channels that a rig profile makes, and the triggers that were taught.
///
/// Changes only with the profile or the triggers, so whoever lays something out by names compares it with `===`.
package final class ChannelNames: Sendable {
  /// One channel of a rig.
  package struct RigChannel: Equatable, Sendable {
    package var name: String
    /// What the profile limits it to.
    package var limits: ClosedRange<Float>
    /// What a neutral face makes of it.
    package var neutral: Float

    package init(name: String, limits: ClosedRange<Float> = 0...1, neutral: Float = 0) {
      self.name = name
      self.limits = limits
      self.neutral = neutral
    }
  }

  /// The most channels of a rig, and the most triggers.
  package static let rigLimit = 256
  package static let triggerLimit = 32

  /// No channel and no trigger.
  package static let none = ChannelNames(rig: [], triggers: [])

  /// In the profile's order.
  package let rig: [RigChannel]
  /// Each 0…1.
  package let triggers: [String]

  /// What is beyond the limits is left out.
  package init(rig: [RigChannel], triggers: [String]) {
    self.rig = Array(rig.prefix(Self.rigLimit))
    self.triggers = Array(triggers.prefix(Self.triggerLimit))
  }

  /// How many values a face carries: those of the rig, then those of the triggers.
  package var count: Int { rig.count + triggers.count }

  /// Where the value of a rig's channel lies, nil if there is none of that name.
  package func index(rig name: String) -> Int? { rig.firstIndex { $0.name == name } }

  /// Where the value of a trigger lies, nil if there is none of that name.
  package func index(trigger name: String) -> Int? { triggers.firstIndex(of: name).map { rig.count + $0 } }

  /// What the value at an index lies within.
  package func limits(_ index: Int) -> ClosedRange<Float> { index < rig.count ? rig[index].limits : 0...1 }
}
