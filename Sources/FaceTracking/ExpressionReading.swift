import FaceCore
import NeuralGraph

/// Puts the networks' answers together into the 52 weights.
package struct ExpressionReading: Sendable {
  private let leftChannels = EyeChannel.allCases.map { $0.blendshape(left: true) }
  private let rightChannels = EyeChannel.allCases.map { $0.blendshape(left: false) }
  private let mouthChannels: [Blendshape]
  private let innerBrow = EyeChannel.allCases.firstIndex(of: .browInnerUp)!
  /// The mouth network's share where both networks speak; the rest is the window network's.
  private let mouthShare: Float = 0.5

  package init(networks: FaceNetworks) {
    mouthChannels = (networks.mouth.output(named: "blendshapes")?.elementNames ?? []).compactMap {
      Blendshape(name: $0)
    }
  }

  /// The weights, 0…1.
  package func weights(of outputs: NetworkOutputs) -> BlendshapeWeights {
    var weights = BlendshapeWeights()
    for (index, channel) in mouthChannels.enumerated() {
      weights[channel] = mouthShare * outputs.mouth[index] + (1 - mouthShare) * outputs.windowWeights[channel.rawValue]
    }
    for index in leftChannels.indices {
      weights[leftChannels[index]] = outputs.leftEye[index]
      weights[rightChannels[index]] = outputs.rightEye[index]
    }
    weights[.browInnerUp] = (outputs.leftEye[innerBrow] + outputs.rightEye[innerBrow]) / 2
    return weights.clamped()
  }

  /// Eyeball directions from the eyeLook weights: weight 1 is 30° sideways, 24° up or down, as the face generator
  /// turns the eyeballs that the networks learned from.
  package static func gaze(of weights: BlendshapeWeights) -> Gaze {
    let yaw = Float.pi / 6
    let pitch = Float.pi * 24 / 180
    return Gaze(
      leftYaw: (weights[.eyeLookOutLeft] - weights[.eyeLookInLeft]) * yaw,
      leftPitch: (weights[.eyeLookUpLeft] - weights[.eyeLookDownLeft]) * pitch,
      rightYaw: (weights[.eyeLookInRight] - weights[.eyeLookOutRight]) * yaw,
      rightPitch: (weights[.eyeLookUpRight] - weights[.eyeLookDownRight]) * pitch)
  }
}
