/** A dialog that keeps the focus, gives it back, and closes on Escape. */
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Modal, ModalOverlay } from 'react-aria-components';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly testId: string;
  readonly wide?: boolean;
  readonly alert?: boolean;
}

export function Dialog({ title, onClose, children, testId, wide = false, alert = false }: DialogProps) {
  return (
    <ModalOverlay
      isOpen
      isDismissable={false}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className="dialog-veil"
    >
      <Modal className={wide ? 'dialog-box wide' : 'dialog-box'}>
        <AriaDialog role={alert ? 'alertdialog' : 'dialog'} aria-label={title} data-testid={testId}>
          <h2 className="dialog-title">{title}</h2>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
