import FaceCore
import Foundation

/// A performance drawn from a seed: speech, every one of the 52 channels alone and in combination, blinks, winks, looks,
/// head turns, changing light.
///
/// 40 seconds or more show everything; a shorter one shows a part. One event follows the other, each rises and falls
/// smoothly; eyes, lids and head go their own ways meanwhile.
package struct RandomScript: SessionPlay {
  /// A group of weights that rises, stays and falls; times in seconds.
  struct Event: Sendable {
    var start: Float
    var attack: Float
    var hold: Float
    var release: Float
    var weights: [(Blendshape, Float)]

    func level(_ t: Float) -> Float {
      guard t > start, t < start + attack + hold + release else { return 0 }
      return SessionScript.rise((t - start) / attack) * (1 - SessionScript.rise((t - start - attack - hold) / release))
    }
  }

  typealias Keys = [(Float, Float)]

  let expressions: [Event]
  let blinks: [Event]
  /// Degrees.
  let yaw, pitch, roll, lookYaw, lookPitch: Keys
  let exposure, lightTurn, absence: Keys
  /// How much the upper lids follow a look down, and the share of a head turn that the eyes give back.
  let lidFollow, gazeHold: Float
  /// Phases of the head's small unrest.
  private let phases: SIMD3<Float>

  /// Draws the performance of `seconds`; `leaves` lets the person walk out of the frame and come back.
  package init(seed: UInt64, seconds: Double, leaves: Bool) {
    var random = RandomSource(seed: seed, index: 0x7363_7269_7074)
    let length = Float(seconds)
    let acts = Self.acts(&random)
    blinks = Self.blinks(length, &random)
    yaw = Self.turns(length, deviation: 15, limit: 38, &random)
    pitch = Self.turns(length, deviation: 7, limit: 20, &random)
    roll = Self.turns(length, deviation: 6, limit: 18, &random)
    (lookYaw, lookPitch) = Self.looks(length, &random)
    exposure = Self.drift(length, low: 0.7, high: 1.35, &random)
    lightTurn = Self.drift(length, low: -0.5, high: 0.5, &random)
    // Back in time for a second more.
    let out = min(length * random.uniform(0.55, 0.75), length - 5)
    let walk: Keys = [(out, 0), (out + 1.1, 1), (out + 2.6, 1), (out + 3.8, 0)]
    absence = leaves ? walk : []
    expressions = Self.timed(acts, length, pause: leaves ? out...out + 3.8 : nil)
    lidFollow = random.chance(0.7) ? random.uniform(0.2, 0.5) : 0
    gazeHold = random.uniform(0.25, 0.55)
    phases = [random.uniform(0, 6), random.uniform(0, 6), random.uniform(0, 6)]
  }

  package func moment(_ seconds: Double) -> SessionScript.Moment {
    let t = Float(seconds)
    let degree: Float = .pi / 180
    let (yaw, pitch, roll) = (value(self.yaw, t), value(self.pitch, t), value(self.roll, t))
    let unrest = SIMD3(sin(1.3 * t + phases.x), sin(1.7 * t + phases.y), sin(0.9 * t + phases.z)) * 0.5
    var weights = Self.weights(expressions, t)
    // While the head turns, the eyes stay with the camera for a part.
    let gazeYaw = max(-28, min(28, value(lookYaw, t) - gazeHold * yaw)) * degree
    let gazePitch = max(-22, min(20, value(lookPitch, t) - gazeHold * pitch)) * degree
    let gaze = Gaze(leftYaw: gazeYaw - 0.01, leftPitch: gazePitch, rightYaw: gazeYaw + 0.01, rightPitch: gazePitch)
    ExpressionPrior.setLook(gaze, &weights)
    let shut = Self.weights(blinks, t)
    for (lid, wide, down) in [
      (Blendshape.eyeBlinkLeft, Blendshape.eyeWideLeft, Blendshape.eyeLookDownLeft),
      (.eyeBlinkRight, .eyeWideRight, .eyeLookDownRight),
    ] {
      // A lid can't be wide and closed: the wide eye lets go as the lid comes down.
      let closed = max(weights[lid], shut[lid])
      weights[wide] *= max(0, 1 - 6 * closed)
      weights[lid] = weights[wide] > 0.02 ? 0 : max(closed, lidFollow * weights[down])
    }
    ExpressionPrior.constrain(&weights)
    return .init(
      weights: weights, gaze: gaze, yaw: (yaw + unrest.x) * degree, pitch: (pitch + unrest.y) * degree,
      roll: (roll + unrest.z) * degree, shift: 0, absence: value(absence, t), exposure: value(exposure, t),
      lightTurn: value(lightTurn, t))
  }

  private func value(_ keys: Keys, _ t: Float) -> Float { SessionScript.curve(t, keys) }

  private static func weights(_ events: [Event], _ t: Float) -> BlendshapeWeights {
    var weights = BlendshapeWeights.neutral
    for event in events {
      let level = event.level(t)
      guard level > 0 else { continue }
      for (channel, value) in event.weights { weights[channel] = max(weights[channel], value * level) }
    }
    return weights
  }
}
