import FaceCore
import Foundation

/// What a rendered person does at each moment of a session.
package protocol SessionPlay: Sendable {
  /// What is shown `seconds` after the start.
  func moment(_ seconds: Double) -> SessionScript.Moment
}

/// What the person of the shipped session does, as smooth curves of time.
///
/// Speech, smiles, winks, brows, head turns and looks, in an order that shows each of them alone; about 24 s long, later
/// moments are neutral.
package struct SessionScript: SessionPlay {
  /// One moment.
  package struct Moment: Sendable {
    package var weights: BlendshapeWeights
    package var gaze: Gaze
    /// Radians: the head's turn in the camera's axes, ``Quaternion/init(yaw:pitch:roll:)``.
    package var yaw, pitch, roll: Float
    /// How far the body is moved to the right in the picture, centimetres.
    package var shift: Float
    /// The way out of the frame: 0 at the seat, 1 with nothing of the head in the picture.
    package var absence: Float = 0
    /// Factor on the exposure, and the turn of the lights about the vertical, radians.
    package var exposure: Float = 1
    package var lightTurn: Float = 0
  }

  private struct Event {
    let start, attack, hold, release: Float
    let weights: [(Blendshape, Float)]
  }

  private var events: [Event] = []
  private let leaves: Bool

  /// `leaves` lets the person leave the frame at 20.6 s and come back by 23 s.
  package init(leaves: Bool) {
    self.leaves = leaves
    for start: Float in [0.35, 3.2, 5.0, 8.3, 12.3, 14.2, 16.4, 18.15, 20.2, 22.6] { blink(start) }
    speak("aa E I O U PP aa SS E O CH aa FF I U PP aa E", from: 0.6, syllable: 0.17)
    play("smile", from: 4.3, attack: 0.35, hold: 0.9, release: 0.4)
    wink([.eyeBlinkLeft: 1, .cheekSquintLeft: 0.6, .eyeSquintLeft: 0.4, .mouthSmileLeft: 0.45], at: 6.5)
    wink([.eyeBlinkRight: 1, .cheekSquintRight: 0.6, .eyeSquintRight: 0.4, .mouthSmileRight: 0.45], at: 7.6)
    play("surprise", from: 8.7, attack: 0.25, hold: 0.7, release: 0.35)
    play("anger", from: 10.2, attack: 0.3, hold: 0.7, release: 0.35)
    add([.browOuterUpLeft: 0.9, .browDownRight: 0.3], from: 11.6, attack: 0.2, hold: 0.4, release: 0.25)
    play("grin", from: 12.6, attack: 0.3, hold: 0.5, release: 0.3)
    play("kiss", from: 16.9, attack: 0.25, hold: 0.35, release: 0.25)
    play("CH", from: 17.7, attack: 0.2, hold: 0.3, release: 0.2)
    add(
      [.cheekPuff: 0.9, .mouthPressLeft: 0.3, .mouthPressRight: 0.3], from: 18.4, attack: 0.2, hold: 0.35, release: 0.2)
    add([.tongueOut: 0.9, .jawOpen: 0.5], from: 19.2, attack: 0.25, hold: 0.35, release: 0.25)
    speak("O aa I E PP U aa SS CH E aa", from: 20.2, syllable: 0.17)
    play("laugh", from: 22.1, attack: 0.25, hold: 0.5, release: 0.5)
  }

  private mutating func add(
    _ weights: KeyValuePairs<Blendshape, Float>, from start: Float, attack: Float, hold: Float, release: Float
  ) {
    events.append(
      Event(start: start, attack: attack, hold: hold, release: release, weights: weights.map { ($0.key, $0.value) }))
  }

  private mutating func blink(_ start: Float) {
    add([.eyeBlinkLeft: 1, .eyeBlinkRight: 1], from: start, attack: 0.08, hold: 0.05, release: 0.16)
  }

  private mutating func wink(_ weights: KeyValuePairs<Blendshape, Float>, at start: Float) {
    add(weights, from: start, attack: 0.12, hold: 0.35, release: 0.2)
  }

  private mutating func play(_ name: String, from start: Float, attack: Float, hold: Float, release: Float) {
    guard let shape = ExpressionArchetype.all.first(where: { $0.name == name }) else { return }
    events.append(Event(start: start, attack: attack, hold: hold, release: release, weights: shape.weights))
  }

  private mutating func speak(_ visemes: String, from start: Float, syllable: Float) {
    for (index, name) in visemes.split(separator: " ").enumerated() {
      play(String(name), from: start + Float(index) * syllable, attack: syllable, hold: 0, release: syllable)
    }
  }

  /// What is shown at `seconds`.
  package func moment(_ seconds: Double) -> Moment {
    let t = Float(seconds)
    var weights = BlendshapeWeights.neutral
    for event in events {
      let level =
        Self.rise((t - event.start) / event.attack)
        * (1 - Self.rise((t - event.start - event.attack - event.hold) / event.release))
      guard level > 0 else { continue }
      for (channel, value) in event.weights { weights[channel] = max(weights[channel], value * level) }
    }
    let degree: Float = .pi / 180
    let drift = { (a: Float, b: Float) in sin(t * a) * 0.6 + sin(t * b + 1) * 0.4 }
    let yaw = Self.curve(
      t,
      [
        (0, 0), (1, 4), (2.5, -6), (4, 0), (12.4, 0), (13.3, 35), (13.8, 35), (15.2, -35), (15.7, -35), (16.7, 0),
        (20.5, 0), (21.3, 12), (22.3, -8), (23.4, 0),
      ])
    let pitch = Self.curve(
      t,
      [
        (0, 0), (1.4, 3), (2.2, -3), (4, 0), (8.6, 0), (9, 5), (10, -5), (11.5, 0), (16.6, 0), (17.2, 15), (17.9, -15),
        (18.6, 0), (21, 3), (22, -4), (23.4, 0),
      ])
    let roll = Self.curve(
      t,
      [
        (0, 0), (6.3, 0), (6.8, 5), (7.7, -5), (8.5, 0), (11.4, 0), (11.9, 12), (12.5, -6), (13, 0), (18.6, 0),
        (19.2, -12), (20, 8), (20.6, 0), (22.2, 6), (23.4, 0),
      ])
    let lookX = Self.curve(
      t,
      [
        (0, 0), (1.9, 0), (2, 10), (2.9, 10), (3, -8), (3.7, -8), (3.8, 0), (9.8, 0), (9.88, 24), (10.3, 24),
        (10.4, -24), (10.9, -24), (11, 0), (19.9, 0), (20, -14), (20.8, -14), (20.9, 8), (21.6, 8), (21.7, 0),
      ])
    let lookY = Self.curve(
      t, [(0, 0), (5.9, 0), (6, 14), (6.3, 14), (6.4, 0), (11, 0), (11.1, -16), (11.5, -16), (11.6, 0)])
    var moment = Moment(
      weights: weights, gaze: .ahead, yaw: (yaw + drift(1.1, 1.9)) * degree,
      pitch: (pitch + drift(0.9, 2.1) * 0.8) * degree,
      roll: (roll + drift(0.7, 1.6) * 0.6) * degree, shift: 0)
    // While the head turns, the eyes stay with the camera for a part.
    let gazeYaw = max(-28, min(28, lookX - 0.45 * yaw)) * degree
    let gazePitch = max(-22, min(20, lookY - 0.45 * pitch)) * degree
    moment.gaze = Gaze(leftYaw: gazeYaw, leftPitch: gazePitch, rightYaw: gazeYaw, rightPitch: gazePitch)
    ExpressionPrior.setLook(moment.gaze, &moment.weights)
    ExpressionPrior.constrain(&moment.weights)
    if leaves { moment.shift = Self.curve(t, [(20.6, 0), (21.4, 75), (22.2, 75), (23, 0)]) }
    return moment
  }

  /// 0 before 0, 1 after 1, smooth between.
  static func rise(_ x: Float) -> Float {
    let x = max(0, min(1, x))
    return x * x * (3 - 2 * x)
  }

  /// Smooth steps between keys of (second, value).
  static func curve(_ t: Float, _ keys: [(Float, Float)]) -> Float {
    guard let next = keys.firstIndex(where: { $0.0 > t }) else { return keys.last?.1 ?? 0 }
    guard next > 0 else { return keys[0].1 }
    let (a, b) = (keys[next - 1], keys[next])
    return a.1 + (b.1 - a.1) * rise((t - a.0) / (b.0 - a.0))
  }
}
