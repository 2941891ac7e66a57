// The pages about alerts.

export const alertLinks = [
  { to: '/alerts', label: 'Alerts' },
  { to: '/alerts/rules', label: 'Rules' },
  { to: '/alerts/channels', label: 'Channels' },
  { to: '/alerts/silences', label: 'Silences' },
] as const;
