import SignalFilters

extension Configuration {
  /// Reads the section `filters`.
  static func readFilters(_ top: inout Section, _ filters: inout FilterBank.Configuration) {
    var section = top.section("filters")
    readGroup(&section, "lids", &filters.lids)
    readGroup(&section, "gaze", &filters.gaze)
    readGroup(&section, "brows", &filters.brows)
    readGroup(&section, "mouth", &filters.mouth)
    readGroup(&section, "head", &filters.head)
    section.number("fade_seconds", &filters.fadeSeconds, in: 0...60)
    section.number("return_seconds", &filters.returnSeconds, in: 0...60)
    section.number("output_hz", &filters.outputHz, orNil: "camera", in: 1...240)
    section.number("latency_seconds", &filters.latencySeconds, in: 0...0.2)
    section.finish()
  }

  private static func readGroup(_ filters: inout Section, _ key: String, _ group: inout FilterSettings) {
    var section = filters.section(key)
    section.choice("filter", &group.filter)
    section.number("min_cutoff_hz", &group.oneEuro.minCutoffHz, in: 0.001...1000)
    section.number("beta", &group.oneEuro.beta, in: 0...10000)
    section.number("derivative_cutoff_hz", &group.oneEuro.derivativeCutoffHz, in: 0.001...1000)
    section.number("confidence_gate", &group.confidenceGate, in: 0...16)
    section.number("deadband", &group.deadband, in: 0.0001...1)
    section.number("hysteresis", &group.hysteresis, in: 0...1)
    section.number("rest_cutoff_hz", &group.restCutoffHz, in: 0.001...1000)
    section.number("predict_seconds", &group.predictSeconds, in: 0...0.5)
    section.number("predict_hz", &group.predictHz, in: 0.1...30)
    section.number("predict_speed", &group.predictSpeed, in: 0...100)
    section.finish()
  }
}
