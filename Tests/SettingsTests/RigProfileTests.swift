import FaceCore
import Foundation
import RigMapping
import Testing

@testable import Settings

@Suite struct RigProfileTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Config/rigs")

  private func mistakes(_ yaml: String) -> [String] {
    do throws(SettingsError) {
      _ = try RigProfile.parse(yaml: yaml, file: "rig.yaml")
      return []
    } catch {
      return error.description.split(separator: "\n").map(String.init)
    }
  }

  @Test func theShippedNamesAreTheFiles() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path()).sorted()
    #expect(files == PersonalSettings.Rig.shippedNames.map { $0 + ".yaml" })
  }

  @Test(arguments: PersonalSettings.Rig.shippedNames)
  func shippedProfilesAreSound(name: String) throws {
    let profile = try RigProfile.load(path: Self.folder.appending(path: name + ".yaml").path())
    #expect(profile.name == name)
    var mapper = RigMapper(profile)
    var face = FaceObservation.absent(at: .init(seconds: 0))
    face.isPresent = true
    for weight: Float in [0, 0.3, 1] {
      for channel in 0..<52 { face.weights[channel] = weight }
      _ = mapper.map(face)
      for (channel, value) in zip(profile.channels, mapper.channels.values) {
        #expect(channel.clamp.contains(value), "\(channel.name)")
      }
    }
    // Every sided channel is there for both sides, and the mirror image of a face gives the mirror image of the rig.
    let sides = profile.channels.filter { $0.name.contains("Left") || $0.name.hasSuffix("L") }
    #expect(!sides.isEmpty)
  }

  @Test func theShippedNumbersOfChannels() throws {
    func load(_ name: String) throws -> RigProfile {
      try RigProfile.load(path: Self.folder.appending(path: name + ".yaml").path())
    }
    #expect(Set(try load("arkit").channels.map(\.name)) == Set(Blendshape.allCases.map(\.name)))
    #expect(
      try load("weboji").channels.map(\.name) == [
        "smileRight", "smileLeft", "eyeBrowLeftDown", "eyeBrowRightDown", "eyeBrowLeftUp", "eyeBrowRightUp",
        "mouthOpen", "mouthRound", "eyeRightClose", "eyeLeftClose", "mouthNasty",
      ])
  }

  @Test func theArkitProfileChangesNothingButOpposites() throws {
    var mapper = RigMapper(try RigProfile.load(path: Self.folder.appending(path: "arkit.yaml").path()))
    var face = FaceObservation.absent(at: .init(seconds: 0))
    for channel in Blendshape.allCases { face.weights[channel] = Float(channel.rawValue) / 60 }
    for channel: Blendshape in [.mouthFrownLeft, .mouthFrownRight, .jawRight, .mouthRight] { face.weights[channel] = 0 }
    #expect(mapper.map(face).weights == face.weights)
  }

  @Test func everyKeyOfAChannelIsRead() throws {
    let profile = try RigProfile.parse(
      yaml: """
        name: test
        channels:
          SmileL: {from: 2 * mouthSmileLeft, mirror: SmileR, gain: 1.5, offset: -0.1, deadzone: 0.05, clamp: [-1, 2]}
          jawOpen: {curve: [[0, 0], [1, 0.5]]}
        exclusive:
          - [SmileL, jawOpen]
        """, file: "rig.yaml")
    #expect(profile.channels.map(\.name) == ["SmileL", "SmileR", "jawOpen"])
    #expect(profile.channels[1].gain == 1.5 && profile.channels[1].offset == -0.1)
    #expect(profile.channels[1].deadzone == 0.05 && profile.channels[1].clamp == -1...2)
    #expect(profile.channels[1].expression == (try RigExpression("2 * mouthSmileRight")))
    #expect(profile.channels[2].curve?.points == [[0, 0], [1, 0.5]])
    #expect(profile.exclusive.map { [$0.0, $0.1] } == [[0, 2]])
  }

  @Test(arguments: [
    (
      "channels:\n  A: 2 * jawOpn\n",
      "rig.yaml:2:10: A: “jawOpn” is no channel; channels are ARKit's names, such as jawOpen, or headYaw … gazeRightPitch"
    ),
    ("channels:\n  A: {from: jawOpen, gian: 2}\n", "rig.yaml:2:22: unknown key 'gian' in A; did you mean 'gain'?"),
    (
      "channels:\n  A: {from: \"jawopen\"}\n",
      "rig.yaml:2:14: A: “jawopen” is no channel; did you mean 'jawOpen'?"
    ),
    (
      "channels:\n  Smile:\n",
      "rig.yaml:2:9: Smile has no 'from', and is no ARKit channel itself; say what it is made of"
    ),
    (
      "channels:\n  A: {from: jawOpen, gain: much}\n",
      "rig.yaml:2:28: A.gain is much, but has to be a number from -1000 to 1000, such as 1"
    ),
    (
      "channels:\n  A: {from: jawOpen, clamp: [1, 0]}\n",
      "rig.yaml:2:29: A.clamp is a list, but has to begin with the lower limit, such as [0, 1]"
    ),
    (
      "channels:\n  A: {from: jawOpen, curve: [[0, 0], [0, 1]]}\n",
      "rig.yaml:2:29: A.curve is a list, but a curve's points have to stand by rising input, but 0.0 follows 0.0"
    ),
    (
      "channels:\n  A: jawOpen\nexclusive:\n  - [A, B]\n",
      "rig.yaml:4:5: exclusive: there is no channel 'B'"
    ),
    ("chanels:\n  A: jawOpen\n", "rig.yaml:1:1: unknown key 'chanels'; did you mean 'channels'?"),
    (
      "channels:\n  B: {from: jawOpen, mirror: A}\n  A: jawOpen\n",
      "rig.yaml:3:3: there are two channels named 'A'; keep one"
    ),
  ])
  func mistakesAreRefusedWithTheirPlace(yaml: String, expected: String) {
    let found = mistakes(yaml)
    #expect(found.contains(expected), "\(found)")
  }

  @Test func noTextCrashesTheReader() {
    let whole =
      "name: x\nchannels:\n  A: {from: max(jawOpen, 1), mirror: B, curve: [[0, 0], [1, 1]]}\nexclusive: [[A, B]]\n"
    for length in 0...whole.count { _ = mistakes(String(whole.prefix(length))) }
    for text in ["[]", "channels: []", "channels: {[a]: b}", "exclusive: 3", "channels: {A: [1]}"] {
      #expect(!mistakes(text).isEmpty, "\(text)")
    }
  }

  @Test(arguments: [
    ("rig:\n  profile: arkitt\n", "did you mean 'arkit'?"), ("rig:\n  miror: true\n", "did you mean 'mirror'?"),
    ("calibration:\n  use: sometimes\n", "has to be auto, none, or the path"),
    ("gaze:\n  max_vergence: 90\n", "a number from 0 to 45"),
    ("calibration:\n  yaw_compensation: 2\n", "a number from 0 to 1"),
  ])
  func theKeysOfThePersonAreChecked(yaml: String, reason: String) {
    do throws(SettingsError) {
      _ = try Configuration.parse(yaml: yaml, file: "gurn.yaml")
      Issue.record("taken: \(yaml)")
    } catch {
      #expect(error.description.hasPrefix("gurn.yaml:2:") && error.description.contains(reason), "\(error)")
    }
  }
}
