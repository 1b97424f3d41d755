import SignalFilters

/// Filter settings as a part of a configuration file.
package enum SettingsSnippet {
  /// The section `filters` with the groups that are given.
  package static func yaml(_ groups: [(group: FilterGroup, settings: FilterSettings)]) -> String {
    "filters:\n"
      + groups.map { group, settings in
        """
          \(group.rawValue):
            filter: \(settings.filter.rawValue)
            min_cutoff_hz: \(brief(settings.oneEuro.minCutoffHz))
            beta: \(brief(settings.oneEuro.beta))
            derivative_cutoff_hz: \(brief(settings.oneEuro.derivativeCutoffHz))
            confidence_gate: \(brief(settings.confidenceGate))
            deadband: \(brief(settings.deadband))
            hysteresis: \(brief(settings.hysteresis))
            rest_cutoff_hz: \(brief(settings.restCutoffHz))
            predict_seconds: \(brief(settings.predictSeconds))
            predict_hz: \(brief(settings.predictHz))
            predict_speed: \(brief(settings.predictSpeed))

        """
      }.joined()
  }

  /// A number without a fraction of zero.
  private static func brief(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
  }
}
