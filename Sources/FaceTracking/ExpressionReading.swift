import FaceCore
import NeuralGraph

/// Puts the networks' answers together into the 52 weights: first the window network's, then on top of them, network by
/// network, a share of each local one's (``LocalNetwork/Part``). What a network says of both sides, such as `browInnerUp` at
/// each eye, counts by its mean.
package struct ExpressionReading: Sendable {
  /// What one network adds.
  private struct Layer: Sendable {
    /// The channels that the network has a word in, and the part of what stood there before that stays.
    let channels: [(channel: Blendshape, rest: Float)]
    let terms: [Term]
  }

  /// One element of a local network's output for one crop.
  private struct Term: Sendable {
    let channel: Blendshape
    /// The index in ``NetworkOutputs/locals``, and the element in there.
    let slot, element: Int
    let factor: Float
  }

  private let windowChannels: [Blendshape]
  private let layers: [Layer]

  package init(networks: FaceNetworks) {
    windowChannels = networks.windowChannels
    var slot = 0
    layers = networks.locals.map { network in
      let said = network.channels.joined()
      let counts = Dictionary(said.map { ($0, 1) }, uniquingKeysWith: +)
      var terms: [Term] = []
      for row in network.channels {
        for (element, channel) in row.enumerated() {
          let factor = network.part.share(of: channel) / Float(counts[channel] ?? 1)
          terms.append(Term(channel: channel, slot: slot, element: element, factor: factor))
        }
        slot += 1
      }
      return Layer(channels: counts.keys.map { ($0, 1 - network.part.share(of: $0)) }, terms: terms)
    }
  }

  /// The weights, 0…1.
  package func weights(of outputs: NetworkOutputs) -> BlendshapeWeights {
    var weights = BlendshapeWeights()
    for index in windowChannels.indices { weights[windowChannels[index]] = outputs.windowWeights[index] }
    for layer in layers {
      // What is replaced may be NaN, which no factor takes away.
      for (channel, rest) in layer.channels { weights[channel] = rest == 0 ? 0 : rest * weights[channel] }
      for term in layer.terms { weights[term.channel] += term.factor * outputs.locals[term.slot][term.element] }
    }
    return weights.clamped()
  }
}
