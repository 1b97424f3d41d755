/// A session that can be rendered again: what its seed does not decide is given.
package struct SessionPlan: Sendable, Equatable {
  /// The clip's name without its suffix.
  package var name: String
  package var seed: UInt64
  package var seconds: Double
  /// Whether the person walks out of the frame and comes back.
  package var leaves: Bool
  /// Which of the held-out textures; nil, here and below, leaves it to the seed.
  package var skin: Int?
  package var glasses: Bool?
  package var light: SessionLight?
  /// The window's side while the person sits, pixels of the frame.
  package var windowSide: Float?

  package init(
    name: String, seed: UInt64, seconds: Double, leaves: Bool = false, skin: Int? = nil, glasses: Bool? = nil,
    light: SessionLight? = nil, windowSide: Float? = nil
  ) {
    self.name = name
    self.seed = seed
    self.seconds = seconds
    self.leaves = leaves
    self.skin = skin
    self.glasses = glasses
    self.light = light
    self.windowSide = windowSide
  }

  /// The ten of the accuracy report: every light twice, glasses in four, every held-out texture, near and far.
  package static let report: [SessionPlan] = {
    let sides: [Float] = [210, 150, 290, 120, 180, 95, 240, 170, 130, 260]
    return (0..<10).map { index in
      let number = index + 1
      let leaves = [2, 5, 8].contains(index)
      return SessionPlan(
        name: "s" + (number < 10 ? "0" : "") + "\(number)", seed: 7001 + UInt64(index), seconds: leaves ? 57 : 48,
        leaves: leaves, skin: index, glasses: [1, 4, 6, 8].contains(index),
        light: SessionLight.allCases[(index + index / 5) % 5], windowSide: sides[index])
    }
  }()

  /// The three short ones that ship with Gurn.
  package static let shipped: [SessionPlan] = [
    SessionPlan(
      name: "even", seed: 9001, seconds: 11, skin: 3, glasses: false, light: .even, windowSide: 200),
    SessionPlan(name: "glasses", seed: 9002, seconds: 11, skin: 2, glasses: true, light: .side, windowSide: 170),
    SessionPlan(
      name: "leaves", seed: 9003, seconds: 12, leaves: true, skin: 0, glasses: false, light: .even, windowSide: 150),
  ]
}
